import { bansOf, judged } from '../../support/detection-judging';
import { answering, HOUR, MINUTE, request, SCANNER, T0 } from '../../support/detection-records';
import type { FlowLogRecord } from '../../../lambda/flow-log';

const HOSTS = [10, 11, 12, 13, 14].map((n) => `10.20.1.${n}`);
/** They answer the office, and nobody else gets in. */
const LIVE = HOSTS.flatMap((own) => answering(own, T0 - MINUTE));

function rejected(hosts: number, over: (i: number) => Partial<FlowLogRecord> & { at?: number } = () => ({})) {
  return HOSTS.slice(0, hosts).map((destination, i) =>
    request({ destination, action: 'REJECT', ...over(i) }),
  );
}

describe('rejected at own addresses that answer others', () => {
  test('at four from one port is a sweep', async () => {
    const { bans } = await judged([...LIVE, ...rejected(4)]);
    expect(bans).toMatchObject([
      {
        source: SCANNER,
        forgeable: true,
        evidence: [{ rule: 'closed-policy', detail: 'rejected at 4 own addresses in 1 h' }],
      },
    ]);
  });

  test.each<[string, FlowLogRecord[]]>([
    ['at three', rejected(3)],
    [
      'from a port each, at once, as a peer that was never told',
      rejected(5, (i) => ({ sourcePort: 40_000 + i })),
    ],
    ['over more than an hour', rejected(4, (i) => ({ at: T0 + i * 25 * MINUTE }))],
    [
      'an office behind NAT at one address, five thousand times',
      Array.from({ length: 50 }, (_, i) =>
        request({ sourcePort: 40_000 + i, packets: 99, action: 'REJECT', at: T0 + i * MINUTE }),
      ),
    ],
  ])('%s: no ban', async (_, records) => {
    expect(await bansOf([...LIVE, ...records])).toEqual([]);
  });

  test('one after the other from a port each is a scan that goes slowly', async () => {
    const slow = rejected(5, (i) => ({ sourcePort: 40_000 + i, at: T0 + i * 10 * MINUTE }));
    const bans = await bansOf([...LIVE, ...slow]);
    expect(bans.map(({ rules }) => rules)).toEqual([['closed-policy']]);
    expect(bans[0]?.bannedAt).toBeLessThanOrEqual(T0 + HOUR);
  });
});
