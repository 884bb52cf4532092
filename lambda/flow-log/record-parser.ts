import { canonicalAddress } from '../address';
import type { FlowLogFormat } from './format';
import type { FlowLogRecord, MalformedCause, ParsedLine } from './record';

/** Longest line that is looked at, characters: every field of every version fits in a few hundred. */
export const MAX_LINE_LENGTH = 4096;

const NO_DATA: ParsedLine = { kind: 'no-data' };
const SKIP_DATA: ParsedLine = { kind: 'skip-data' };
/** Times beyond this many seconds (year 5138) are milliseconds: AWS logs have shown both. */
const MILLISECONDS_FROM = 1e11;
const DIGITS = /^\d{1,15}$/;

class Malformed extends Error {
  constructor(readonly reason: MalformedCause) {
    super(reason);
  }
}

/**
 * Reads lines of one format. Plain and strict: it is the reference that any faster parser has to agree with.
 * A line with more or fewer fields than the format is malformed, because its fields cannot be told apart.
 */
export class RecordParser {
  readonly #fieldCount: number;
  readonly #at: Readonly<Record<ReadField, number>>;

  constructor(format: FlowLogFormat) {
    this.#fieldCount = format.fields.length;
    this.#at = Object.fromEntries(READ_FIELDS.map((field) => [field, format.indexOf(field)])) as Record<
      ReadField,
      number
    >;
  }

  /** What the line is; never throws. */
  parse(line: string): ParsedLine {
    if (line.length > MAX_LINE_LENGTH) return { kind: 'malformed', cause: 'line-length' };
    const fields = line.split(' ');
    if (fields.length !== this.#fieldCount) return { kind: 'malformed', cause: 'field-count' };
    try {
      return this.#status(fields) ?? { kind: 'record', record: this.#record(fields) };
    } catch (error) {
      if (error instanceof Malformed) return { kind: 'malformed', cause: error.reason };
      throw error;
    }
  }

  #status(fields: readonly string[]): ParsedLine | undefined {
    const status = this.#text(fields, 'log-status');
    if (status === 'NODATA') return NO_DATA;
    if (status === 'SKIPDATA') return SKIP_DATA;
    if (status !== undefined && status !== 'OK') throw new Malformed('log-status');
    // A format without log-status still shows such rows, with "-" from the addresses to the action.
    if (status === undefined && this.#isEmpty(fields)) return NO_DATA;
    return undefined;
  }

  #isEmpty(fields: readonly string[]): boolean {
    return this.#text(fields, 'srcaddr') === undefined && this.#text(fields, 'pkt-srcaddr') === undefined;
  }

  #record(fields: readonly string[]): FlowLogRecord {
    const start = this.#time(fields, 'start');
    const end = this.#time(fields, 'end');
    if (end < start) throw new Malformed('time');
    const record: FlowLogRecord = {
      source: this.#address(fields, 'pkt-srcaddr', 'srcaddr'),
      destination: this.#address(fields, 'pkt-dstaddr', 'dstaddr'),
      sourcePort: this.#port(fields, 'srcport'),
      destinationPort: this.#port(fields, 'dstport'),
      protocol: this.#number(fields, 'protocol', 255),
      packets: this.#number(fields, 'packets'),
      bytes: this.#optionalNumber(fields, 'bytes') ?? 0,
      start,
      end,
    };
    return Object.assign(record, this.#optionalFields(fields));
  }

  #optionalFields(fields: readonly string[]): Partial<FlowLogRecord> {
    const found: { -readonly [K in keyof FlowLogRecord]?: FlowLogRecord[K] } = {};
    const interfaceId = this.#text(fields, 'interface-id');
    if (interfaceId !== undefined) found.interfaceId = interfaceId;
    const action = this.#text(fields, 'action');
    if (action === 'ACCEPT' || action === 'REJECT') found.action = action;
    else if (action !== undefined) throw new Malformed('action');
    const flags = this.#optionalNumber(fields, 'tcp-flags');
    if (flags !== undefined) found.tcpFlags = flags;
    const direction = this.#text(fields, 'flow-direction');
    if (direction === 'ingress' || direction === 'egress') found.direction = direction;
    const service = this.#text(fields, 'pkt-src-aws-service');
    if (service !== undefined) found.sourceService = service;
    return found;
  }

  #text(fields: readonly string[], field: ReadField): string | undefined {
    const text = fields[this.#at[field]];
    return text === '-' ? undefined : text;
  }

  #address(fields: readonly string[], preferred: ReadField, fallback: ReadField): string {
    const text = this.#text(fields, preferred) ?? this.#text(fields, fallback);
    const address = text === undefined ? undefined : canonicalAddress(text);
    if (address === undefined) throw new Malformed('address');
    return address;
  }

  #port(fields: readonly string[], field: ReadField): number {
    const text = this.#text(fields, field);
    if (text === undefined || !DIGITS.test(text) || Number(text) > 65_535) throw new Malformed('port');
    return Number(text);
  }

  #number(fields: readonly string[], field: ReadField, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.#optionalNumber(fields, field);
    if (value === undefined || value > most) throw new Malformed('number');
    return value;
  }

  #optionalNumber(fields: readonly string[], field: ReadField): number | undefined {
    const text = this.#text(fields, field);
    if (text === undefined) return undefined;
    if (!DIGITS.test(text)) throw new Malformed('number');
    return Number(text);
  }

  #time(fields: readonly string[], field: ReadField): number {
    const text = this.#text(fields, field);
    if (text === undefined || !DIGITS.test(text)) throw new Malformed('time');
    const value = Number(text);
    return value >= MILLISECONDS_FROM ? Math.floor(value / 1000) : value;
  }
}

const READ_FIELDS = [
  'interface-id',
  'srcaddr',
  'dstaddr',
  'pkt-srcaddr',
  'pkt-dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
  'tcp-flags',
  'flow-direction',
  'pkt-src-aws-service',
] as const;

type ReadField = (typeof READ_FIELDS)[number];
