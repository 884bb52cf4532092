import type { FlowLogRecord } from '../../../lambda/flow-log';
import { bansOf, judged } from '../../support/detection-judging';
import {
  answering,
  darkHost,
  exchange,
  HOUR,
  media,
  MINUTE,
  ordinaryPast,
  request,
  T0,
} from '../../support/detection-records';

/** Sources of one /24, each touching one dark host, a minute apart. */
function spreadSweep(sources: number, hosts: number, at = T0): FlowLogRecord[] {
  return Array.from({ length: sources }, (_, i) =>
    request({ source: neighbour(i + 1), destination: darkHost(1 + (i % hosts)), at: at + i * MINUTE }),
  );
}

function neighbour(n: number): string {
  return `198.51.100.${n}`;
}

describe('a sweep spread over a neighbourhood', () => {
  test('accuses all that took part once it is complete, and never the neighbourhood', async () => {
    const { bans } = await judged(spreadSweep(4, 3));
    expect(bans).toMatchObject(
      [1, 2, 3, 4].map((n) => ({
        source: neighbour(n),
        bannedAt: T0 + 5 * MINUTE,
        cidr: `${neighbour(n)}/32`,
        forgeable: true,
        evidence: [
          {
            rule: 'network-sweep',
            at: T0 + 4 * MINUTE,
            detail:
              'one of 4 sources in 198.51.100.0/24 that together touched 3 own addresses that never answered SIP in 1 h',
          },
        ],
      })),
    );
  });

  test('accuses each once for what it did', async () => {
    const fifth = request({ source: neighbour(5), destination: darkHost(1), at: T0 + 10 * MINUTE });
    const { verdicts } = await judged([...spreadSweep(4, 3), fifth]);
    expect(verdicts.map(({ source }) => source)).toEqual([1, 2, 3, 4, 5].map(neighbour));
  });

  test('accuses those whose share were hosts that answer', async () => {
    const share = exchange({ source: neighbour(9), at: T0 + MINUTE });
    const bans = await bansOf([...spreadSweep(4, 3), ...share]);
    expect(bans.map(({ source }) => source)).toEqual([1, 2, 3, 4, 9].map(neighbour));
  });

  test.each([
    ['three sources', spreadSweep(3, 3)],
    ['two dark addresses', spreadSweep(4, 2)],
    ['four, the last an hour after the first', [...spreadSweep(3, 3), lateOne(T0 + HOUR)]],
    ['an address that answers among the three', [...spreadSweep(4, 3), ...answering(darkHost(3))]],
    ['one of them in a call', [...spreadSweep(4, 3), ...media(neighbour(2), T0)]],
    ['sources of four neighbourhoods', acrossNetworks()],
  ])('%s: no ban', async (_, records) => {
    expect(await bansOf(records)).toEqual([]);
  });

  test('one with a past is not accused, and one more without a past completes it', async () => {
    const past = ordinaryPast(neighbour(4), 1, T0 - HOUR);
    expect(await bansOf([...past, ...spreadSweep(4, 3)])).toEqual([]);
    const fifth = request({ source: neighbour(5), destination: darkHost(1), at: T0 + 10 * MINUTE });
    const bans = await bansOf([...past, ...spreadSweep(4, 3), fifth]);
    expect(bans.map(({ source }) => source)).toEqual([1, 2, 3, 5].map(neighbour));
  });

  test.each([
    ['a neighbour in a conversation', exchange({ source: neighbour(9), packets: 2, at: T0 + MINUTE })],
    ['a neighbour in a call', [...exchange({ source: neighbour(9) }), ...media(neighbour(9), T0)]],
    [
      'one that has asked a live host for longer than 15 minutes',
      [0, 10, 20].flatMap((minute) => exchange({ source: neighbour(9), at: T0 - minute * MINUTE })),
    ],
  ])('%s is not accused', async (_, records) => {
    const bans = await bansOf([...spreadSweep(4, 3), ...records]);
    expect(bans.map(({ source }) => source)).toEqual([1, 2, 3, 4].map(neighbour));
  });

  test('one on the allowlist is not accused in hindsight either', async () => {
    const bans = await bansOf(spreadSweep(4, 3), { allowed: [`${neighbour(2)}/32`] });
    expect(bans).toEqual([]);
    const five = await bansOf(spreadSweep(5, 3), { allowed: [`${neighbour(2)}/32`] });
    expect(five.map(({ source }) => source)).toEqual([1, 3, 4, 5].map(neighbour));
  });

  test('what a banned source does adds nothing against its neighbours', async () => {
    const alone = [1, 2, 3].map((n) => request({ source: neighbour(1), destination: darkHost(n) }));
    const knocking = alone.map((record) => ({ ...record, start: T0 + 5 * MINUTE, end: T0 + 5 * MINUTE }));
    const others = [2, 3].map((n) =>
      request({ source: neighbour(n), destination: darkHost(1), at: T0 + 6 * MINUTE }),
    );
    const bans = await bansOf([...alone, ...knocking, ...others]);
    expect(bans.map(({ source }) => source)).toEqual([neighbour(1)]);
  });

  test('the sources of an IPv6 /48 are neighbours, each a /64', async () => {
    const sources = Array.from({ length: 4 }, (_, i) => `2001:db8:66:${i + 1}::5`);
    const touches = sources.map((source, i) =>
      request({ source, destination: `2001:db8:20:1::${100 + (i % 3)}`, at: T0 + i * MINUTE }),
    );
    const { bans } = await judged(touches);
    expect(bans).toMatchObject(
      [1, 2, 3, 4].map((n) => ({ key: `2001:db8:66:${n}::/64`, evidence: [{ rule: 'network-sweep' }] })),
    );
  });
});

function lateOne(at: number): FlowLogRecord {
  return request({ source: neighbour(4), destination: darkHost(1), at });
}

function acrossNetworks(): FlowLogRecord[] {
  return ['198.51.100.1', '203.0.113.1', '198.18.0.1', '198.19.0.1'].map((source, i) =>
    request({ source, destination: darkHost(1 + (i % 3)) }),
  );
}
