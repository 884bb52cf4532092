import { type Ipv4Texts, ipv4ToNumber } from '../../../lambda/address';
import type { Contribution, SipFlow } from '../../../lambda/detection';

/** Contributions of one window, encoded: what one thread hands to another, and what is written to the disk. */
export interface EncodedWindow {
  readonly window: number;
  /** With a buffer of their own: numbers in it are where numbers must be. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What cannot be told in numbers alone, and what all of the bytes have in common. */
interface Rest {
  readonly digest: string;
  readonly contributions: readonly Contribution[];
}

const NUMBER_BYTES = 8;
/** Numbers of a contribution without its flows, and of a flow. */
const CONTRIBUTION_NUMBERS = 7;
const FLOW_NUMBERS = 11;

/**
 * Encodes contributions: nearly all of them as numbers, the others as JSON. What stands together of one window and batch
 * is encoded together.
 */
export function encodeWindows(contributions: readonly Contribution[]): EncodedWindow[] {
  const encoded: EncodedWindow[] = [];
  for (let first = 0, next = 0; first < contributions.length; first = next) {
    const one = contributions[first];
    while (one !== undefined && isOfBatch(contributions[next], one)) next += 1;
    encoded.push(...encodeBatch(contributions.slice(first, next)));
  }
  return encoded;
}

function isOfBatch(contribution: Contribution | undefined, { window, digest }: Contribution): boolean {
  return contribution?.window === window && contribution.digest === digest;
}

function encodeBatch(contributions: readonly Contribution[]): EncodedWindow[] {
  const [first] = contributions;
  if (first === undefined) return [];
  const ordinary: Contribution[] = [];
  const others: Contribution[] = [];
  for (const contribution of contributions) (isOrdinary(contribution) ? ordinary : others).push(contribution);
  const rest: Rest = { digest: first.digest, contributions: others };
  const json = Buffer.from(JSON.stringify(rest));
  const count = ordinary.reduce(
    (sum, { flows }) => sum + CONTRIBUTION_NUMBERS + FLOW_NUMBERS * flows.length,
    0,
  );
  const jsonAt = NUMBER_BYTES * (1 + count);
  const bytes = new Uint8Array(jsonAt + json.length);
  const numbers = new NumberWriter(new Float64Array(bytes.buffer, 0, 1 + count));
  numbers.add(count);
  for (const contribution of ordinary) addContribution(numbers, contribution);
  bytes.set(json, jsonAt);
  return [{ window: first.window, bytes }];
}

/** Whether it is of an IPv4 source, of flow logs alone, and of no AWS service. */
function isOrdinary({ key, source, service, pbx, flows }: Contribution): boolean {
  return (
    key === source &&
    service === undefined &&
    pbx === undefined &&
    ipv4ToNumber(source) >= 0 &&
    flows.every(({ own }) => ipv4ToNumber(own) >= 0)
  );
}

class NumberWriter {
  #at = 0;

  constructor(private readonly numbers: Float64Array) {}

  add(number: number): void {
    this.numbers[this.#at++] = number;
  }
}

/** As {@link nextContribution} reads it. */
function addContribution(numbers: NumberWriter, contribution: Contribution): void {
  const { source, flows, droppedFlows, media, contacted, span } = contribution;
  numbers.add(ipv4ToNumber(source));
  numbers.add(droppedFlows);
  numbers.add(media.in);
  numbers.add(media.out);
  numbers.add(contacted ? 1 : 0);
  numbers.add(span);
  numbers.add(flows.length);
  for (const flow of flows) addFlow(numbers, flow);
}

/** As {@link nextFlow} reads it. */
function addFlow(numbers: NumberWriter, flow: SipFlow): void {
  numbers.add(ipv4ToNumber(flow.own));
  numbers.add(flow.protocol);
  numbers.add(flow.ownPort);
  numbers.add(flow.remotePort);
  numbers.add(flow.inPackets);
  numbers.add(flow.inBytes);
  numbers.add(flow.inRate);
  numbers.add(flow.inMost);
  numbers.add(flow.outPackets);
  numbers.add(flow.outBytes);
  numbers.add(flow.rejectedPackets);
}

/** The contributions of {@link encodeWindows}, in another order. @param texts for the addresses */
export function decodeWindow({ window, bytes }: EncodedWindow, texts: Ipv4Texts): Contribution[] {
  const [count = 0] = new Float64Array(bytes.buffer, bytes.byteOffset, 1);
  const jsonAt = NUMBER_BYTES * (1 + count);
  const json = Buffer.from(bytes.buffer, bytes.byteOffset + jsonAt, bytes.length - jsonAt).toString();
  const { digest, contributions } = JSON.parse(json) as Rest;
  const numbers = new NumberReader(new Float64Array(bytes.buffer, bytes.byteOffset + NUMBER_BYTES, count));
  const decoded = [...contributions];
  while (!numbers.isAtEnd) decoded.push(nextContribution(numbers, window, digest, texts));
  return decoded;
}

class NumberReader {
  #at = 0;

  constructor(private readonly numbers: Float64Array) {}

  get isAtEnd(): boolean {
    return this.#at >= this.numbers.length;
  }

  next(): number {
    return this.numbers[this.#at++] ?? NaN;
  }
}

function nextContribution(
  numbers: NumberReader,
  window: number,
  digest: string,
  texts: Ipv4Texts,
): Contribution {
  const key = texts.of(numbers.next());
  const droppedFlows = numbers.next();
  const media = { in: numbers.next(), out: numbers.next() };
  const contacted = numbers.next() === 1;
  const span = numbers.next();
  const flows: SipFlow[] = [];
  for (let left = numbers.next(); left > 0; left--) flows.push(nextFlow(numbers, texts));
  return { window, key, source: key, digest, flows, droppedFlows, media, contacted, span };
}

function nextFlow(numbers: NumberReader, texts: Ipv4Texts): SipFlow {
  return {
    own: texts.of(numbers.next()),
    protocol: numbers.next(),
    ownPort: numbers.next(),
    remotePort: numbers.next(),
    inPackets: numbers.next(),
    inBytes: numbers.next(),
    inRate: numbers.next(),
    inMost: numbers.next(),
    outPackets: numbers.next(),
    outBytes: numbers.next(),
    rejectedPackets: numbers.next(),
  };
}
