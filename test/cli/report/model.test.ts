import { reportModel } from '../../../lib/cli/report/model';
import { ban, evidence, fullReport, report, slot, T0 } from './support';

test('bans of one source are told together, heaviest source first', () => {
  const { banned } = reportModel(fullReport());
  expect(banned.map(({ source, bans }) => [source, bans.length])).toEqual([
    ['198.51.100.7', 1],
    ['192.0.2.1', 2],
    ['2001:db8:1:2::7', 1],
    ['198.51.100.9', 1],
  ]);
});

test('each source knows its rule, or that none was left for it', () => {
  const { banned } = reportModel(fullReport());
  expect(banned.map(({ source, ruleNumber, inForce }) => [source, ruleNumber, inForce])).toEqual([
    ['198.51.100.7', 2, true],
    ['192.0.2.1', 1, true],
    ['2001:db8:1:2::7', 3, true],
    ['198.51.100.9', undefined, true],
  ]);
});

test('weights are those of slots and overflow: packets that came while banned count', () => {
  const { banned } = reportModel(fullReport());
  expect(banned.map(({ weight }) => weight)).toEqual([88, 30, 10, 3.5]);
});

test('the weight of a wider slot is shared out among its sources', () => {
  const bans = [ban('192.0.2.1', { weight: 10 }), ban('192.0.2.2', { weight: 30 })];
  const { banned } = reportModel(
    report({ bans, slots: [slot(1, '192.0.2.0/24', { weight: 80, sources: 2 })] }),
  );
  expect(banned.map(({ source, weight }) => [source, Math.round(weight)])).toEqual([
    ['192.0.2.2', 60],
    ['192.0.2.1', 20],
  ]);
});

test('time to ban counts from the first packet where that is known, else from the first evidence', () => {
  const one = ban('192.0.2.1', {
    bannedAt: T0 + 600,
    evidence: [evidence({ at: T0 + 540 }), evidence({ at: T0 + 300 })],
  });
  const activity = new Map([
    [
      '192.0.2.1',
      [
        { window: T0 + 60, packets: 0 },
        { window: T0 + 120, packets: 4 },
      ],
    ],
  ]);
  expect(reportModel(report({ bans: [one] })).banned[0]?.toBan).toBe(300);
  expect(reportModel(report({ bans: [one] }, { activity })).banned[0]?.toBan).toBe(480);
});

test('a ban that would touch the allowlist is found, whoever made it', () => {
  const bans = [ban('203.0.113.7'), ban('8.8.8.8', { cidr: '203.0.112.0/22' }), ban('192.0.2.1')];
  expect(reportModel(report({ bans })).onAllowlist.map(({ source }) => source)).toEqual([
    '203.0.113.7',
    '8.8.8.8',
  ]);
});
