import { canonicalAddress, ipv4ToNumber, numberToIpv4 } from '../address';
import { type FlowLogFormat, MAX_LINE_LENGTH } from './format';
import type { FlowLogRecord, MalformedCause, ParsedLine } from './record';

const NO_DATA: ParsedLine = { kind: 'no-data' };
const SKIP_DATA: ParsedLine = { kind: 'skip-data' };
/** Times beyond this many seconds (year 5138) are milliseconds: AWS logs have shown both. */
const MILLISECONDS_FROM = 1e11;
const DIGITS = /^\d{1,15}$/;
/** Most names of interfaces and services remembered at a time: a log has a handful. */
const MAX_NAMES = 1024;

type MutableRecord = { -readonly [K in keyof FlowLogRecord]: FlowLogRecord[K] };

/**
 * Reads lines of one format. Plain and strict: it is the reference that any faster parser has to agree with.
 * A line with more or fewer fields than the format is malformed, because its fields cannot be told apart.
 *
 * No text of a record is a slice of its line: V8 keeps all of a chunk alive for one slice of it, so that a state that
 * remembers a thousand sources would hold a thousand chunks.
 */
export class RecordParser {
  readonly #fieldCount: number;
  readonly #at: Readonly<Record<ReadField, number>>;
  readonly #names = new Map<string, string>();

  constructor(format: FlowLogFormat) {
    this.#fieldCount = format.fields.length;
    this.#at = Object.fromEntries(READ_FIELDS.map((field) => [field, format.indexOf(field)])) as Record<
      ReadField,
      number
    >;
  }

  /** What the line is; never throws. Of several causes the first in the order of this file is named. */
  parse(line: string): ParsedLine {
    if (line.length > MAX_LINE_LENGTH) return malformed('line-length');
    const fields = line.split(' ');
    if (fields.length !== this.#fieldCount) return malformed('field-count');
    return this.parseFields(fields);
  }

  /** What a row of a table is, its values as texts in the order of the format, `-` where there is none; never throws. */
  parseFields(fields: readonly string[]): ParsedLine {
    return this.#withoutTraffic(fields) ?? this.#record(fields);
  }

  #withoutTraffic(fields: readonly string[]): ParsedLine | undefined {
    const status = this.#text(fields, 'log-status');
    if (status === 'NODATA') return NO_DATA;
    if (status === 'SKIPDATA') return SKIP_DATA;
    if (status !== undefined && status !== 'OK') return malformed('log-status');
    // A format without log-status still shows such rows, with "-" from the addresses to the action.
    if (status === undefined && ADDRESS_FIELDS.every((field) => this.#text(fields, field) === undefined)) {
      return NO_DATA;
    }
    return undefined;
  }

  #record(fields: readonly string[]): ParsedLine {
    const start = time(this.#text(fields, 'start'));
    const end = time(this.#text(fields, 'end'));
    if (!(start <= end)) return malformed('time');
    const source = address(this.#text(fields, 'pkt-srcaddr') ?? this.#text(fields, 'srcaddr'));
    const destination = address(this.#text(fields, 'pkt-dstaddr') ?? this.#text(fields, 'dstaddr'));
    if (source === undefined || destination === undefined) return malformed('address');
    const sourcePort = number(this.#text(fields, 'srcport'), 65_535);
    const destinationPort = number(this.#text(fields, 'dstport'), 65_535);
    if (Number.isNaN(sourcePort + destinationPort)) return malformed('port');
    const protocol = number(this.#text(fields, 'protocol'), 255);
    const packets = number(this.#text(fields, 'packets'));
    const bytes = number(this.#text(fields, 'bytes') ?? '0');
    const flags = this.#text(fields, 'tcp-flags');
    const tcpFlags = number(flags ?? '0');
    if (Number.isNaN(protocol + packets + bytes + tcpFlags)) return malformed('number');
    const action = this.#text(fields, 'action');
    if (action !== undefined && action !== 'ACCEPT' && action !== 'REJECT') return malformed('action');
    const record: MutableRecord = {
      source,
      destination,
      sourcePort,
      destinationPort,
      protocol,
      packets,
      bytes,
      start,
      end,
    };
    if (action !== undefined) record.action = action;
    if (flags !== undefined) record.tcpFlags = tcpFlags;
    this.#addNames(record, fields);
    return { kind: 'record', record };
  }

  #addNames(record: MutableRecord, fields: readonly string[]): void {
    const interfaceId = this.#text(fields, 'interface-id');
    if (interfaceId !== undefined) record.interfaceId = this.#name(interfaceId);
    const direction = this.#text(fields, 'flow-direction');
    if (direction === 'ingress' || direction === 'egress') record.direction = direction;
    const service = this.#text(fields, 'pkt-src-aws-service');
    if (service !== undefined) record.sourceService = this.#name(service);
  }

  /** The text of a field; `undefined` where it is `-` or the format lacks it. */
  #text(fields: readonly string[], field: ReadField): string | undefined {
    const text = fields[this.#at[field]];
    return text === '-' ? undefined : text;
  }

  /** The one copy of a name that comes again and again. */
  #name(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (this.#names.size >= MAX_NAMES) this.#names.clear();
    const copy = Buffer.from(text).toString();
    this.#names.set(copy, copy);
    return copy;
  }
}

function malformed(cause: MalformedCause): ParsedLine {
  return { kind: 'malformed', cause };
}

/** The number, or NaN where there is none or it is more than `most`. */
function number(text: string | undefined, most = Number.MAX_SAFE_INTEGER): number {
  if (text === undefined || !DIGITS.test(text)) return NaN;
  const value = Number(text);
  return value > most ? NaN : value;
}

/** Epoch seconds, or NaN. */
function time(text: string | undefined): number {
  const value = number(text);
  return value >= MILLISECONDS_FROM ? Math.floor(value / 1000) : value;
}

function address(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ipv4 = ipv4ToNumber(text);
  return ipv4 >= 0 ? numberToIpv4(ipv4) : canonicalAddress(text);
}

const ADDRESS_FIELDS = ['srcaddr', 'dstaddr', 'pkt-srcaddr', 'pkt-dstaddr'] as const;

/** The fields that are read; all others are skipped. */
export const READ_FIELDS = [
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

/** A field that is read. */
export type ReadField = (typeof READ_FIELDS)[number];
