import type { Site } from '../../lambda/detection';
import type { FlowLogRecord } from '../../lambda/flow-log';

/** 2026-11-23 00:00:00 UTC, epoch seconds: the start of a window and of a 5-minute bucket. */
export const T0 = 1_795_392_000;
export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

export const TCP = 6;
export const UDP = 17;

/** A phone system and some of its neighbours, a voice provider, its media servers, and an office. */
export const SITE: Site = {
  ownCidrs: ['10.20.1.0/24', '2001:db8:20:1::/64'],
  proxyRanges: ['203.0.113.96/28'],
  mediaRanges: ['203.0.113.128/28'],
  allowlist: ['203.0.113.8/32', '2001:db8:30:1::8/128'],
  sip: { ports: [5060, 5061], rtp: '10000-20000' },
};

export const PBX = '10.20.1.10';
export const SCANNER = '198.51.100.7';
export const PHONE = '203.0.113.77';
export const OFFICE = '203.0.113.8';
export const PROVIDER = '203.0.113.100';

/** Own addresses with nothing behind them: 10.20.1.201 and up. */
export function darkHost(n: number): string {
  return `10.20.1.${200 + n}`;
}

export type RecordOver = Partial<FlowLogRecord> & {
  /** Shorthand for start and end. */
  readonly at?: number;
};

/** One OPTIONS of svmap to the phone system, with some of it changed. */
export function request({ at = T0, ...over }: RecordOver = {}): FlowLogRecord {
  const packets = over.packets ?? 1;
  return {
    source: SCANNER,
    destination: PBX,
    sourcePort: 5060,
    destinationPort: 5060,
    protocol: UDP,
    packets,
    bytes: packets * 441,
    start: at,
    end: at,
    action: 'ACCEPT',
    ...over,
  };
}

/** What we send back in the same 5-tuple: as many packets at the same time, unless said otherwise. */
export function answer(to: FlowLogRecord, { at, ...over }: RecordOver = {}): FlowLogRecord {
  return {
    ...to,
    source: to.destination,
    destination: to.source,
    sourcePort: to.destinationPort,
    destinationPort: to.sourcePort,
    bytes: (over.packets ?? to.packets) * 390,
    action: 'ACCEPT',
    ...(at !== undefined && { start: at, end: at }),
    ...over,
  };
}

/** A request and its answer. */
export function exchange(over: RecordOver = {}): FlowLogRecord[] {
  const asked = request(over);
  return [asked, answer(asked)];
}

/** What makes an own address known to answer SIP: an exchange with the office. */
export function answering(own: string, at = T0): FlowLogRecord[] {
  return exchange({ source: OFFICE, destination: own, at });
}

/** An OPTIONS to each of some dark hosts, one second apart. */
export function sweep(hosts: number, over: RecordOver = {}): FlowLogRecord[] {
  const { at = T0, ...rest } = over;
  return Array.from({ length: hosts }, (_, i) =>
    request({ ...rest, at: at + i, destination: darkHost(i + 1) }),
  );
}

/** A minute of media with a remote end, so many packets from it and to it. */
export function media(remote: string, at: number, packetsIn = 3000, packetsOut = packetsIn): FlowLogRecord[] {
  const heard = request({
    source: remote,
    sourcePort: 16_384,
    destinationPort: 10_500,
    packets: packetsIn,
    bytes: packetsIn * 200,
    start: at,
    end: at + 59,
  });
  return [heard, answer(heard, { packets: packetsOut, bytes: packetsOut * 200 })];
}

/** Ordinary SIP in so many 5-minute buckets, one exchange each, from `at` on. */
export function ordinaryPast(source: string, buckets: number, at: number): FlowLogRecord[] {
  return Array.from({ length: buckets }, (_, i) => exchange({ source, at: at + i * 5 * MINUTE })).flat();
}
