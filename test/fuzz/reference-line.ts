import { isIPv4, isIPv6 } from 'node:net';
import { tryParseAddress, formatAddress } from '../../lambda/address';
import { MAX_LINE_LENGTH } from '../../lambda/flow-log/format';
import type { ParsedLine } from '../../lambda/flow-log';

type Fields = ReadonlyMap<string, string>;

const wrong = (cause: Extract<ParsedLine, { kind: 'malformed' }>['cause']): ParsedLine => ({
  kind: 'malformed',
  cause,
});

/** What a line is, slowly, rule by rule from the user guide's *Flow log records* and the order of causes. */
export function referenceLine(line: string, names: readonly string[]): ParsedLine {
  if (line.length > MAX_LINE_LENGTH) return wrong('line-length');
  const values = line.split(' ');
  if (values.length !== names.length) return wrong('field-count');
  const fields: Fields = new Map(names.map((name, i) => [name, values[i] ?? '']));
  const status = valueOf(fields, 'log-status');
  if (status === 'NODATA') return { kind: 'no-data' };
  if (status === 'SKIPDATA') return { kind: 'skip-data' };
  if (status !== undefined && status !== 'OK') return wrong('log-status');
  const addresses = ['srcaddr', 'dstaddr', 'pkt-srcaddr', 'pkt-dstaddr'];
  if (status === undefined && addresses.every((name) => valueOf(fields, name) === undefined))
    return { kind: 'no-data' };
  return recordOf(fields);
}

function recordOf(fields: Fields): ParsedLine {
  const [start, end] = [timeOf(fields, 'start'), timeOf(fields, 'end')];
  if (start === undefined || end === undefined || start > end) return wrong('time');
  const source = addressOf(fields, 'pkt-srcaddr', 'srcaddr');
  const destination = addressOf(fields, 'pkt-dstaddr', 'dstaddr');
  if (source === undefined || destination === undefined) return wrong('address');
  const sourcePort = numberOf(valueOf(fields, 'srcport'), 65_535n);
  const destinationPort = numberOf(valueOf(fields, 'dstport'), 65_535n);
  if (sourcePort === undefined || destinationPort === undefined) return wrong('port');
  const flags = valueOf(fields, 'tcp-flags');
  const protocol = numberOf(valueOf(fields, 'protocol'), 255n);
  const packets = numberOf(valueOf(fields, 'packets'));
  const bytes = numberOf(valueOf(fields, 'bytes') ?? '0');
  const tcpFlags = numberOf(flags ?? '0');
  if (protocol === undefined || packets === undefined || bytes === undefined || tcpFlags === undefined) {
    return wrong('number');
  }
  const action = valueOf(fields, 'action');
  if (action !== undefined && action !== 'ACCEPT' && action !== 'REJECT') return wrong('action');
  const numbers = { sourcePort, destinationPort, protocol, packets, bytes, start, end };
  const interfaceId = valueOf(fields, 'interface-id');
  const direction = valueOf(fields, 'flow-direction');
  const sourceService = valueOf(fields, 'pkt-src-aws-service');
  return {
    kind: 'record',
    record: {
      source,
      destination,
      ...numbers,
      ...(action !== undefined && { action }),
      ...(flags !== undefined && { tcpFlags }),
      ...(interfaceId !== undefined && { interfaceId: wellFormed(interfaceId) }),
      ...((direction === 'ingress' || direction === 'egress') && { direction }),
      ...(sourceService !== undefined && { sourceService: wellFormed(sourceService) }),
    },
  };
}

/** Half a surrogate pair is no text. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

function valueOf(fields: Fields, name: string): string | undefined {
  const value = fields.get(name);
  return value === '-' ? undefined : value;
}

function addressOf(fields: Fields, first: string, second: string): string | undefined {
  const text = valueOf(fields, first) ?? valueOf(fields, second);
  if (text === undefined || !(isIPv4(text) || (isIPv6(text) && !text.includes('%')))) return undefined;
  const address = tryParseAddress(text);
  return address && formatAddress(address);
}

/** At most 15 ASCII digits, no more than `most`. */
function numberOf(text: string | undefined, most = 9_007_199_254_740_991n): number | undefined {
  if (text === undefined || !/^[0-9]{1,15}$/.test(text)) return undefined;
  return BigInt(text) > most ? undefined : Number(BigInt(text));
}

/** Epoch seconds, also where they were written as milliseconds. */
function timeOf(fields: Fields, name: string): number | undefined {
  const value = numberOf(valueOf(fields, name));
  return value !== undefined && value >= 100_000_000_000 ? Math.floor(value / 1000) : value;
}
