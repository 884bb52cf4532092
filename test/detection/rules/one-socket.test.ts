import { bansOf } from '../../support/detection-judging';
import {
  answering,
  darkHost,
  exchange,
  HOUR,
  media,
  MINUTE,
  PBX,
  request,
  SCANNER,
  T0,
  TCP,
} from '../../support/detection-records';
import type { FlowLogRecord } from '../../../lambda/flow-log';

const PROXY = '10.20.1.12';
const LIVE = [...answering(PBX), ...answering(PROXY)];

/** One request to two live hosts and a dark one. */
function reach(sourcePort: number | undefined, at = T0): FlowLogRecord[] {
  const from = (n: number) => ({ sourcePort: sourcePort ?? 40_000 + n, at });
  return [
    ...exchange({ destination: PBX, ...from(1) }),
    ...exchange({ destination: PROXY, ...from(2) }),
    request({ destination: darkHost(1), ...from(3) }),
  ];
}

describe('one port to many own addresses', () => {
  test('is a sweep where one of three never answers', async () => {
    expect(await bansOf([...LIVE, ...reach(5060)])).toEqual([
      { source: SCANNER, bannedAt: T0 + 2 * MINUTE, rules: ['one-socket'] },
    ]);
  });

  test.each<[string, FlowLogRecord[]]>([
    ['a port for each, as monitors have', reach(undefined)],
    ['two addresses', reach(5060).slice(2)],
    ['only such that answer', reach(5060).slice(0, 4)],
    ['over more than an hour', [...reach(5060).slice(2), ...exchange({ at: T0 + HOUR + MINUTE })]],
    ['TCP', reach(5060).map((record) => ({ ...record, protocol: TCP, bytes: 60 }))],
    ['of whoever is in a call', [...media(SCANNER, T0), ...reach(5060)]],
    ['of whoever conversed before', [...exchange({ packets: 2, at: T0 - HOUR }), ...reach(5060)]],
  ])('%s: no ban', async (_, records) => {
    expect(await bansOf([...LIVE, ...records])).toEqual([]);
  });
});
