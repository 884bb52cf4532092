import type { FlowLogRecord } from '../../../lambda/flow-log';
import { bansOf, judged } from '../../support/detection-judging';
import {
  answer,
  answering,
  HOUR,
  MINUTE,
  request,
  SCANNER,
  T0,
  TCP,
  type RecordOver,
} from '../../support/detection-records';

const A = '10.20.1.10';
const B = '10.20.1.11';

/** One request to each port of each address. */
function knocks(ports: readonly number[], hosts: readonly string[], over: RecordOver = {}): FlowLogRecord[] {
  return hosts.flatMap((destination) =>
    ports.map((destinationPort) => request({ destination, destinationPort, ...over })),
  );
}

describe('looking for SIP on several ports', () => {
  test('three ports on two addresses without an answer', async () => {
    const { bans } = await judged(knocks([5062, 5065, 5070], [A, B]));
    expect(bans).toMatchObject([
      {
        source: SCANNER,
        bannedAt: T0 + 2 * MINUTE,
        forgeable: true,
        evidence: [
          {
            rule: 'port-spread',
            detail: '3 SIP-like ports on 2 own addresses without an answer in 1 h',
          },
        ],
      },
    ]);
  });

  test('the alternatives that administrators move to count, other ports do not', async () => {
    expect(await bansOf(knocks([5160, 6060, 8060], [A, B]))).toHaveLength(1);
    expect(await bansOf(knocks([5059, 5100, 8080, 443], [A, B]))).toEqual([]);
  });

  test.each([
    ['two ports', knocks([5062, 5070], [A, B])],
    ['one address', knocks([5062, 5065, 5070], [A])],
    ['more than an hour', [...knocks([5062, 5065], [A, B]), ...knocks([5070], [A, B], { at: T0 + HOUR })]],
  ])('%s: no ban', async (_, records) => {
    expect(await bansOf(records)).toEqual([]);
  });

  test('within the hour they add up', async () => {
    const later = knocks([5070], [A], { at: T0 + 59 * MINUTE });
    expect(await bansOf([...knocks([5062, 5065], [A, B]), ...later])).toEqual([
      { source: SCANNER, bannedAt: T0 + 61 * MINUTE, rules: ['port-spread'] },
    ]);
  });

  test('a port that answers is a service, also when the answer comes in the next minute', async () => {
    const asked = knocks([5060, 5061, 5070], [A, B], { at: T0 + 59 });
    const services = asked.filter(({ destinationPort }) => destinationPort < 5070);
    expect(await bansOf([...asked, ...services.map((one) => answer(one))])).toEqual([]);
    const late = services.map((one) => answer(one, { at: T0 + 61 }));
    expect(await bansOf([...asked, ...late])).toEqual([]);
  });

  test('a monitor that tries one port again from another of its own is answered all the same', async () => {
    const asked = knocks([5060, 5061, 5070], [A, B]);
    const retried = asked.map((one) => ({ ...one, sourcePort: 40_000 }));
    expect(await bansOf([...asked, ...retried, ...retried.map((one) => answer(one))])).toEqual([]);
  });

  test('TCP resets are no answer', async () => {
    const scan = knocks([5062, 5065, 5070], [A, B], { protocol: TCP, bytes: 44 });
    const resets = scan.map((probe) => answer(probe, { bytes: 40 }));
    expect(await bansOf([...scan, ...resets])).toMatchObject([{ rules: ['port-spread'] }]);
  });

  test('many addresses on one port hide no other port', async () => {
    const hosts = Array.from({ length: 40 }, (_, i) => `10.20.1.${10 + i}`);
    const live = hosts.flatMap((host) => answering(host));
    const wide = knocks([5062], hosts, { at: T0 + 2 * MINUTE });
    const rest = knocks([5065, 5070], [A], { at: T0 + 3 * MINUTE });
    expect(await bansOf([...live, ...wide, ...rest])).toMatchObject([{ rules: ['port-spread'] }]);
  });

  test('a window without such a knock is no new reason', async () => {
    const asked = request({ at: T0 + 10 * MINUTE });
    const records = [...knocks([5062, 5065, 5070], [A, B]), asked, answer(asked)];
    const { verdicts } = await judged(records, { allowed: [`${SCANNER}/32`] });
    expect(verdicts.map(({ decidedAt }) => decidedAt)).toEqual([T0 + 2 * MINUTE]);
  });
});
