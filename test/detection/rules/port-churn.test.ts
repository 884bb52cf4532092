import { bansOf, judged } from '../../support/detection-judging';
import { answer, exchange, request, SCANNER, T0 } from '../../support/detection-records';
import type { FlowLogRecord } from '../../../lambda/flow-log';

/** A request from each of some ports, each answered once. */
function requests(ports: number, over: Partial<FlowLogRecord> = {}, answers = 1): FlowLogRecord[] {
  return Array.from({ length: ports }, (_, i) => {
    const asked = request({ sourcePort: 40_000 + i, ...over });
    return [asked, answer(asked, { packets: answers })];
  }).flat();
}

describe('a port for each request', () => {
  test('twenty in a minute are an enumeration', async () => {
    const { bans } = await judged(requests(20));
    expect(bans).toMatchObject([
      {
        source: SCANNER,
        evidence: [
          {
            rule: 'port-churn',
            detail: '20 requests in a minute, each from a port of its own and left at that',
          },
        ],
      },
    ]);
  });

  test('so are more than are kept apart', async () => {
    expect(await bansOf(requests(300))).toMatchObject([{ rules: ['port-churn'] }]);
  });

  test('ten minutes in one record take ten times as many', async () => {
    const interval = { start: T0, end: T0 + 599 };
    expect(await bansOf(requests(190, interval))).toEqual([]);
    const { bans } = await judged(requests(200, interval));
    expect(bans[0]?.evidence[0]?.detail).toMatch(/^200 requests in 10 minutes/);
  });

  test.each<[string, FlowLogRecord[]]>([
    ['nineteen', requests(19)],
    ['with more answers than requests: calls', requests(40, {}, 2)],
    [
      'phones behind one address, which go on from their ports',
      Array.from({ length: 300 }, (_, i) => exchange({ sourcePort: 40_000 + i, packets: 2 })).flat(),
    ],
    [
      'a monitor that asks every 30 s, for an hour',
      Array.from({ length: 120 }, (_, i) => exchange({ sourcePort: 40_000 + i, at: T0 + i * 30 })).flat(),
    ],
  ])('%s: no ban', async (_, records) => {
    expect(await bansOf(records)).toEqual([]);
  });
});
