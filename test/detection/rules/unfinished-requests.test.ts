import { bansOf, judged } from '../../support/detection-judging';
import {
  answer,
  answering,
  DAY,
  exchange,
  HOUR,
  MINUTE,
  OFFICE,
  PBX,
  type RecordOver,
  request,
  SCANNER,
  T0,
} from '../../support/detection-records';
import type { FlowLogRecord } from '../../../lambda/flow-log';

/** An INVITE that is challenged, and not gone on with. */
function call(sourcePort: number, at: number, over: RecordOver = {}): FlowLogRecord[] {
  const invite = request({ sourcePort, at, bytes: 792, ...over });
  return [invite, answer(invite, { packets: 1, bytes: 520 })];
}

/** Detection has been watching for longer than it takes to learn. */
const WATCHED = exchange({ source: OFFICE, at: T0 - 2 * HOUR });

const BAN = { source: SCANNER, rules: ['unfinished-requests'] };

describe('requests that nobody goes on with', () => {
  test('two from different ports are a dialer', async () => {
    const { bans } = await judged([...call(30_000, T0), ...call(30_001, T0 + 10 * MINUTE)]);
    expect(bans).toMatchObject([
      {
        source: SCANNER,
        bannedAt: T0 + 12 * MINUTE,
        forgeable: true,
        evidence: [
          {
            rule: 'unfinished-requests',
            detail:
              '2 requests from as many ports in 24 h, neither gone on with after the answer nor sent again',
          },
        ],
      },
    ]);
  });

  test('one is, of a source that was never seen in an hour of watching', async () => {
    expect(await bansOf([...WATCHED, ...call(30_000, T0)])).toMatchObject([BAN]);
    const { bans, verdicts } = await judged(call(30_000, T0));
    expect(bans).toEqual([]);
    expect(verdicts).toMatchObject([{ kind: 'suspect', score: 5 }]);
  });

  test('an ACK finishes nothing', async () => {
    const invite = (sourcePort: number) => request({ sourcePort, packets: 2, bytes: 1015 });
    const calls = [30_000, 30_001].flatMap((port) => [
      invite(port),
      answer(invite(port), { packets: 1, bytes: 520 }),
    ]);
    expect(await bansOf(calls)).toMatchObject([BAN]);
  });

  test('rejected and not sent again they are the same', async () => {
    const calls = [30_000, 30_001].map((sourcePort) =>
      request({ sourcePort, bytes: 792, action: 'REJECT', destination: PBX }),
    );
    expect(await bansOf([...answering(PBX), ...calls])).toMatchObject([BAN]);
  });

  test.each<[string, FlowLogRecord[]]>([
    ['two from one port', [...call(30_000, T0), ...call(30_000, T0 + 10 * MINUTE)]],
    ['more than a day apart', [...call(30_000, T0), ...call(30_001, T0 + DAY)]],
    ['pings', [...call(30_000, T0, { bytes: 599 }), ...call(30_001, T0 + MINUTE, { bytes: 599 })]],
    ['long OPTIONS of a server', [...call(5060, T0), ...call(5062, T0 + MINUTE)]],
    [
      'exchanges that go on: a phone answers the challenge',
      [30_000, 30_001].flatMap((sourcePort) => exchange({ sourcePort, packets: 2, bytes: 1400 })),
    ],
    [
      'exchanges that a window divides',
      [30_000, 30_001].flatMap((sourcePort) => [...call(sourcePort, T0 + 59), ...call(sourcePort, T0 + 60)]),
    ],
    [
      'the last of what was sent again and again, unheard',
      [30_000, 30_001].flatMap((sourcePort) => [
        request({ sourcePort, packets: 6, bytes: 3636, at: T0 + 50 }),
        request({ sourcePort, bytes: 606, at: T0 + 66 }),
      ]),
    ],
    [
      'a phone that retries a wrong password from a new port each time, with one answer lost',
      [
        ...exchange({ sourcePort: 30_002, packets: 2, bytes: 1400 }),
        ...call(30_000, T0),
        ...call(30_001, T0 + 1),
      ],
    ],
    [
      'a phone that sends again and again, unheard, with records lost',
      [30_000, 30_001, 30_002].flatMap((sourcePort, i) => [
        request({ sourcePort, bytes: 606, at: T0 + i * 10 * MINUTE }),
        request({ sourcePort: sourcePort + 100, packets: 7, bytes: 4424, at: T0 + (i * 10 + 2) * MINUTE }),
      ]),
    ],
    [
      'whoever conversed before',
      [...exchange({ packets: 2 }), ...call(30_000, T0 + HOUR), ...call(30_001, T0 + HOUR)],
    ],
  ])('%s: no ban', async (_, records) => {
    expect(await bansOf([...answering(PBX), ...records])).toEqual([]);
  });
});
