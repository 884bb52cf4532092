/** Rules that make no probe by themselves, and what is no SIP. */
import { bansOf, judged } from '../../support/detection-judging';
import {
  answering,
  darkHost,
  HOUR,
  MINUTE,
  PBX,
  request,
  SCANNER,
  SITE,
  sweep,
  T0,
  TCP,
} from '../../support/detection-records';
import type { Site } from '../../../lambda/detection';
import type { FlowLogRecord } from '../../../lambda/flow-log';

const HOSTS = [10, 11, 12].map((n) => `10.20.1.${n}`);
const LIVE = HOSTS.flatMap((own) => answering(own, T0 - MINUTE));

describe('packets too short for SIP', () => {
  const junk = (hosts: number, bytes: number) =>
    HOSTS.slice(0, hosts).map((destination, i) => request({ destination, bytes, sourcePort: 40_000 + i }));

  test('to three own addresses are a scan, whether they answer others or not', async () => {
    const { bans } = await judged([...LIVE, ...junk(3, 50)]);
    expect(bans).toMatchObject([
      {
        evidence: [{ rule: 'not-sip', detail: 'packets too short for SIP to 3 own addresses in 1 h' }],
      },
    ]);
  });

  test.each([
    ['keep-alives to two', junk(2, 32)],
    ['long enough to be SIP', junk(3, 128)],
  ])('%s: no ban', async (_, records) => {
    expect(await bansOf([...LIVE, ...records])).toEqual([]);
  });

  test('from a port each are no round of a monitor, which speaks SIP', async () => {
    const bans = await bansOf(
      [1, 2, 3].map((n) => request({ destination: darkHost(n), bytes: 50, sourcePort: 40_000 + n })),
    );
    expect(bans.map(({ rules }) => rules)).toEqual([['dark-addresses', 'not-sip']]);
  });
});

describe('connections that carry nothing', () => {
  const knocks = HOSTS.map((destination) => request({ destination, protocol: TCP, bytes: 60 }));

  test('to two own addresses that answer others make a suspect', async () => {
    const { bans, verdicts } = await judged([...LIVE, ...knocks.slice(0, 2)]);
    expect(bans).toEqual([]);
    expect(verdicts).toMatchObject([
      {
        source: SCANNER,
        kind: 'suspect',
        score: 5,
        evidence: [{ rule: 'empty-connections', forgeable: true }],
      },
    ]);
  });

  test('to one make nothing of anybody', async () => {
    expect((await judged([...LIVE, ...knocks.slice(0, 1)])).verdicts).toEqual([]);
  });

  test('make a probe of somebody who made a ghost call too', async () => {
    const invite = request({ at: T0 + MINUTE });
    const heard: FlowLogRecord = { ...invite, source: PBX, destination: SCANNER, packets: 7, bytes: 3000 };
    const bans = await bansOf([...LIVE, ...knocks, invite, heard]);
    expect(bans.map(({ rules }) => rules)).toEqual([['empty-connections', 'repeated-answers']]);
  });
});

describe('a knock on the port that SIP was moved away from', () => {
  const moved: Site = { ...SITE, sip: { ...SITE.sip, ports: [5160, 5060], tripwirePorts: [5060] } };

  test('is shown and bans no stale phone', async () => {
    const phone = [0, 1, 2, 3].map((hour) => request({ packets: 11, at: T0 + hour * HOUR }));
    const { bans, verdicts } = await judged([...answering(PBX), ...phone], { site: moved });
    expect(bans).toEqual([]);
    expect(verdicts.at(-1)).toMatchObject({
      kind: 'suspect',
      score: 3,
      evidence: [{ rule: 'tripwire-port', detail: 'a knock on port 5060, which SIP was moved away from' }],
    });
  });

  test('adds to what a sweep there shows', async () => {
    const bans = await bansOf(sweep(3), { site: moved });
    expect(bans.map(({ rules }) => rules)).toEqual([['dark-addresses', 'tripwire-port']]);
  });
});
