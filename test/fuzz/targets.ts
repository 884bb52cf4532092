import { isIPv4, isIPv6 } from 'node:net';
import { gzipSync } from 'node:zlib';
import {
  AddressError,
  CidrSet,
  formatAddress,
  formatCidr,
  parseCidr,
  tryParseAddress,
  tryParseCidr,
} from '../../lambda/address';
import {
  DEFAULT_FORMAT,
  DEPLOYED_FORMAT,
  type CloudWatchLogsEvent,
  FlowLogFormat,
  FlowLogFormatError,
  type FlowLogRecord,
  PayloadError,
  type RecordCounts,
  RecordParser,
  type RecordScanner,
  decodeCloudWatchPayload,
  newRecordScanner,
  scanCloudWatchPayload,
} from '../../lambda/flow-log';
import { type Inflated, inflatedByOurs, inflatedByZlib, memberOf, piecesOf } from '../support/gzip';
import { referenceLine } from './reference-line';

/** What is fed with inputs: throws {@link Finding} where it does not do what it must, for whatever input. */
export type Target = (input: Buffer) => void;

/** Something that must not happen. */
export class Finding extends Error {
  override readonly name = 'Finding';
}

function same(what: string, actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Finding(`${what}: ${a} instead of ${b}`);
}

const FORMATS = [
  DEFAULT_FORMAT,
  DEPLOYED_FORMAT,
  'srcaddr dstaddr srcport dstport protocol packets start end',
  'pkt-srcaddr pkt-dstaddr dstport srcport end start packets protocol bytes action tcp-flags flow-direction',
].map((text) => FlowLogFormat.parse(text));

/** The first byte chooses among so many. */
const chosen = (input: Buffer, count: number): number => (input[0] ?? 0) % count;
const rest = (input: Buffer): Buffer => input.subarray(1);

/** The plain parser against the slow one that is written from the documentation. */
const parser: Target = (input) => {
  const format = FORMATS[chosen(input, FORMATS.length)];
  const line = rest(input).toString('utf8');
  if (format === undefined) return;
  const parsed = new RecordParser(format).parse(line);
  same('the line is', parsed, referenceLine(line, format.fields));
};

/**
 * One scanner and what it found. Made once: instantiating WebAssembly for each input would take most of the time.
 */
class Scanning {
  readonly records: FlowLogRecord[] = [];
  readonly scanner: RecordScanner;

  constructor(how: 'wasm' | 'plain') {
    this.scanner = newRecordScanner(
      { add: (record) => this.records.push(record), addRow: (row) => this.records.push(row.record()) },
      { how },
    );
  }

  /** What an action finds, or that it refuses. */
  found(action: (scanner: RecordScanner) => unknown, refusal: new (...args: never[]) => Error): unknown {
    this.records.length = 0;
    const { counts } = this.scanner;
    const before = flat(counts);
    try {
      const result = action(this.scanner);
      const made = [...flat(counts)].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
      return { result, counts: made.filter(([, count]) => count > 0).sort(), records: this.records };
    } catch (error) {
      if (error instanceof refusal) return REFUSED;
      throw error;
    }
  }
}

/** Counts by name, causes among them. */
function flat({ malformedByCause, ...counts }: RecordCounts): Map<string, number> {
  return new Map([...Object.entries(counts), ...Object.entries(malformedByCause)]);
}

const REFUSED = { refused: true };
let pair: { readonly wasm: Scanning; readonly plain: Scanning } | undefined;

/** What both find. */
function bothFind(
  ways: Record<'wasm' | 'plain', (scanner: RecordScanner) => unknown>,
  refusal: new (...args: never[]) => Error,
) {
  pair ??= { wasm: new Scanning('wasm'), plain: new Scanning('plain') };
  return { wasm: pair.wasm.found(ways.wasm, refusal), plain: pair.plain.found(ways.plain, refusal) };
}

/** Both scanners on the same bytes in the same pieces. */
const scanner: Target = (input) => {
  const choice = input[0] ?? 0;
  const size = 1 + (choice % 97) * 3;
  const bytes = rest(input);
  const format = choice > 127 ? FORMATS[chosen(input, FORMATS.length)] : undefined;
  const scan = (each: RecordScanner): void => {
    each.begin(format);
    for (let at = 0; at < bytes.length; at += size) each.push(bytes.subarray(at, at + size));
    each.end();
  };
  const { wasm, plain } = bothFind({ wasm: scan, plain: scan }, FlowLogFormatError);
  same('the scanner found', wasm, plain);
};

/** The decoder that reads events where they lie against the one that reads JSON; nothing but PayloadError is thrown. */
const payload: Target = (input) => {
  const bytes = rest(input);
  const format = FORMATS[0];
  if (format === undefined) return;
  const event = { awslogs: { data: packed(bytes, chosen(input, 5)) } };
  const { wasm, plain } = bothFind(
    {
      wasm: (each) => scanCloudWatchPayload(event, each, format),
      plain: (each) => decodeAndScan(event, each, format),
    },
    PayloadError,
  );
  // A key that comes twice is refused by the one, and its last value counts for the other: nobody sends such a thing.
  if (wasm === REFUSED && plain !== REFUSED && hasKeyTwice(bytes.toString('utf8'))) return;
  same('the payload is', wasm, plain);
};

function packed(bytes: Buffer, how: number): string {
  if (how === 0) return bytes.toString('utf8');
  return (how === 1 ? bytes : gzipSync(bytes, { level: 1 })).toString('base64');
}

function decodeAndScan(event: CloudWatchLogsEvent, into: RecordScanner, format: FlowLogFormat): unknown {
  const decoded = decodeCloudWatchPayload(event);
  if (decoded.kind === 'control') return decoded;
  const { messages, ...data } = decoded;
  into.beginMessages(format);
  for (const message of messages) into.pushMessage(message);
  into.end();
  return data;
}

function hasKeyTwice(json: string): boolean {
  return ['messageType', 'logGroup', 'logStream', 'logEvents'].some(
    (key) => json.split(`"${key}"`).length > 2,
  );
}

/** Deflated bytes in pieces of a size, inflated by ours against zlib: the same bytes, or refused in the same words. */
const gzip: Target = (input) => {
  const size = 1 + (input[0] ?? 0) * 5;
  const member = memberOf(rest(input));
  const [ours, zlib] = [inflatedByOurs(piecesOf(member, size)), inflatedByZlib(member)];
  if (typeof ours !== 'string' && typeof zlib !== 'string' && ours.equals(zlib)) return;
  same('the gzip is', shown(ours), shown(zlib));
};

function shown(inflated: Inflated): string {
  return typeof inflated === 'string' ? inflated : inflated.toString('latin1');
}

/** CIDRs and addresses against what Node.js takes for an address. */
const cidr: Target = (input) => {
  const text = input.toString('utf8');
  const isAddress = isIPv4(text) || (isIPv6(text) && !text.includes('%'));
  const address = tryParseAddress(text);
  same('is an address', address !== undefined, isAddress);
  if (address !== undefined) {
    const canonical = formatAddress(address);
    same('canonical text', formatAddress(tryParseAddress(canonical) ?? address), canonical);
    same('in its own set', CidrSet.parse([canonical]).containsText(text), true);
  }
  const parsed = tryParseCidr(text, { hostBits: 'mask' });
  same('is a CIDR', parsed !== undefined, isCidr(text));
  strictly(text);
  if (parsed === undefined) return;
  same('canonical CIDR', formatCidr(parseCidr(formatCidr(parsed))), formatCidr(parsed));
  same('first and last', parsed.first <= parsed.last, true);
};

/** Refuses with an AddressError, or reads what the lenient way reads. */
function strictly(text: string): void {
  try {
    same('the strict way', formatCidr(parseCidr(text)), formatCidr(parseCidr(text, { hostBits: 'mask' })));
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    if (error.message.length > 600) throw new Finding('a message as long as its input');
  }
}

function isCidr(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  if (more.length > 0 || !(isIPv4(address) || (isIPv6(address) && !address.includes('%')))) return false;
  if (prefix === undefined) return true;
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix)) return false;
  const isMapped = address.includes(':') && tryParseAddress(address)?.family === 4;
  const [least, most] = isIPv4(address) ? [0, 32] : [isMapped ? 96 : 0, 128];
  return Number(prefix) >= least && Number(prefix) <= most;
}

export const TARGETS: Readonly<Record<string, Target>> = { parser, scanner, payload, gzip, cidr };
