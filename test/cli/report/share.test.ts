import { parseCidr } from '../../../lambda/address';
import { reportModel } from '../../../lib/cli/report/model';
import { endShare, shareCurve } from '../../../lib/cli/report/share';
import { replaySetup } from '../../../lib/cli/replay/setup';
import { ban, report, slot, T0 } from './support';

/** One heavy old scanner, then four light ones that are newer. */
const bans = [
  ban('198.51.100.1', { weight: 900, bannedAt: T0 + 60 }),
  ...[2, 3, 4, 5].map((i) => ban(`192.0.2.${i * 20}`, { weight: 25, bannedAt: T0 + 60 + i })),
];
const weightAt = T0 + 1800;
const fresh = bans.map((one) => ({ ...one, weightAt }));

test('the newest bans miss what is heavy and old', () => {
  const setup = replaySetup({ vpcCidr: ['10.20.0.0/16'], slots: '2' });
  const slots = [slot(1, '198.51.100.1/32', { weight: 900 }), slot(2, '192.0.2.40/32', { weight: 25 })];
  const overflow = [60, 80, 100].map((host) => ({
    cidr: parseCidr(`192.0.2.${host}/32`),
    weight: 25,
    forgeable: false,
    pinned: false,
  }));
  const model = reportModel(report({ bans: fresh, slots, overflow }, { setup }));
  expect(endShare(model)).toEqual({ ours: 0.925, newest: 0.05, newestSlots: 2 });
});

test('the curve is never below the newest bans, and both end at everything', () => {
  const curve = shareCurve(reportModel(report({ bans: fresh })));
  expect(curve.map(({ slots }) => slots)).toContain(18);
  for (const { ours, newest } of curve) expect(ours).toBeGreaterThanOrEqual(newest - 1e-9);
  expect(curve[0]?.newest).toBeCloseTo(0.025);
  expect(curve.at(-1)?.ours).toBeCloseTo(1);
  expect(curve.at(-1)?.newest).toBeCloseTo(1);
});

test('without a ban in force there is nothing to share', () => {
  const over = bans.map((one) => ({ ...one, expiresAt: T0 + 600 }));
  const model = reportModel(report({ bans: over }));
  expect([endShare(model), shareCurve(model)]).toEqual([undefined, []]);
});
