/** One row of a VPC flow log, with the fields detection reads. Missing fields (`-` or not in the format) are absent. */
export interface FlowLogRecord {
  readonly interfaceId?: string;
  /** Source address of the packet, canonical text: `pkt-srcaddr` where the log has it, because `srcaddr` may be an intermediary. */
  readonly source: string;
  /** Destination address of the packet, canonical text: `pkt-dstaddr` where the log has it, because v2 shows only a primary address. */
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** IANA protocol number: 6 TCP, 17 UDP. */
  readonly protocol: number;
  readonly packets: number;
  /** IP bytes. */
  readonly bytes: number;
  /** First packet of the aggregation interval, epoch seconds. */
  readonly start: number;
  /** Last packet of the aggregation interval, epoch seconds; never before {@link start}. */
  readonly end: number;
  /** Whether a security group or network ACL rejected the packets. Absent where the log does not say. */
  readonly action?: 'ACCEPT' | 'REJECT';
  /** OR of the TCP flags seen, as AWS defines `tcp-flags`. */
  readonly tcpFlags?: number;
  /** As seen from the network interface. */
  readonly direction?: 'ingress' | 'egress';
  /** AWS service that owns the source address, for example `CHIME_VOICECONNECTOR`. */
  readonly sourceService?: string;
}

/** Why a line could not be read as a record; each cause is counted apart. */
export type MalformedCause =
  'field-count' | 'address' | 'port' | 'number' | 'time' | 'action' | 'log-status' | 'line-length';

/** What one line of a flow log is. */
export type ParsedLine =
  | { readonly kind: 'record'; readonly record: FlowLogRecord }
  /** No traffic in the interval. */
  | { readonly kind: 'no-data' }
  /** AWS lost records in the interval: blind, not quiet. */
  | { readonly kind: 'skip-data' }
  | { readonly kind: 'malformed'; readonly cause: MalformedCause };

/** How many lines there were of each kind. */
export interface RecordCounts {
  /** Lines that are not empty and not a header. */
  read: number;
  parsed: number;
  malformed: number;
  noData: number;
  skipData: number;
  malformedByCause: Partial<Record<MalformedCause, number>>;
}

/** All counts zero. */
export function newRecordCounts(): RecordCounts {
  return { read: 0, parsed: 0, malformed: 0, noData: 0, skipData: 0, malformedByCause: {} };
}

/** Adds one line to the counts. */
export function countLine(counts: RecordCounts, line: ParsedLine): void {
  counts.read += 1;
  if (line.kind === 'record') counts.parsed += 1;
  else if (line.kind === 'no-data') counts.noData += 1;
  else if (line.kind === 'skip-data') counts.skipData += 1;
  else {
    counts.malformed += 1;
    counts.malformedByCause[line.cause] = (counts.malformedByCause[line.cause] ?? 0) + 1;
  }
}
