import { bansOf, judged } from '../../support/detection-judging';
import { answer, DAY, exchange, HOUR, MINUTE, request, T0 } from '../../support/detection-records';
import type { FlowLogRecord } from '../../../lambda/flow-log';

const neighbour = (n: number) => `198.51.100.${n}`;

function call(n: number, at: number, sourcePort = 30_000 + n): FlowLogRecord[] {
  const invite = request({ source: neighbour(n), sourcePort, at, bytes: 792 });
  return [invite, answer(invite, { bytes: 520 })];
}

describe('dialers of one neighbourhood', () => {
  test('three calls of three sources accuse all three, earlier ones in hindsight', async () => {
    const { bans } = await judged([
      ...call(1, T0),
      ...call(2, T0 + 10 * MINUTE),
      ...call(3, T0 + 20 * MINUTE),
    ]);
    expect(bans).toMatchObject(
      [1, 2, 3].map((n) => ({
        source: neighbour(n),
        bannedAt: T0 + 22 * MINUTE,
        evidence: expect.arrayContaining([
          expect.objectContaining({
            rule: 'network-dialers',
            detail: 'one of 3 sources in 198.51.100.0/24 that together left 3 requests unfinished in 24 h',
          }),
        ]) as unknown,
      })),
    );
  });

  test.each([
    ['two calls', [...call(1, T0), ...call(2, T0)]],
    ['three, the first a day before', [...call(1, T0), ...call(2, T0 + DAY), ...call(3, T0 + DAY)]],
    [
      'one of whom conversed',
      [
        ...call(1, T0),
        ...call(2, T0),
        ...exchange({ source: neighbour(3), packets: 2 }),
        ...call(3, T0 + HOUR),
      ],
    ],
  ])('%s: no ban', async (_, records) => {
    expect(await bansOf(records, { policy: { learningSeconds: 7 * DAY } })).toEqual([]);
  });

  test('one that was banned by itself is not accused again while the ban is in force', async () => {
    const alone = [...call(1, T0, 31_000), ...call(1, T0 + MINUTE, 31_001)];
    const bans = await bansOf([...alone, ...call(2, T0 + 10 * MINUTE), ...call(3, T0 + 11 * MINUTE)]);
    expect(bans.map(({ source }) => source)).toEqual([1, 2, 3].map(neighbour));
  });
});
