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

/** Encodes contributions, each window of each batch by itself: nearly all of them as numbers, the others as JSON. */
export function encodeWindows(contributions: readonly Contribution[]): EncodedWindow[] {
  const batches = new Map<string, Contribution[]>();
  for (const contribution of contributions) {
    const id = `${contribution.window} ${contribution.digest}`;
    const same = batches.get(id);
    if (same === undefined) batches.set(id, [contribution]);
    else same.push(contribution);
  }
  return [...batches.values()].flatMap((some) => encodeBatch(some));
}

function encodeBatch(contributions: readonly Contribution[]): EncodedWindow[] {
  const [first] = contributions;
  if (first === undefined) return [];
  const ordinary = contributions.filter(isOrdinary);
  const rest: Rest = {
    digest: first.digest,
    contributions: contributions.filter((contribution) => !isOrdinary(contribution)),
  };
  const numbers = ordinary.flatMap(numbersOf);
  const json = Buffer.from(JSON.stringify(rest));
  const jsonAt = NUMBER_BYTES * (1 + numbers.length);
  const bytes = new Uint8Array(jsonAt + json.length);
  new Float64Array(bytes.buffer, 0, 1 + numbers.length).set([numbers.length, ...numbers]);
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

function numbersOf({ source, flows, droppedFlows, media, contacted, span }: Contribution): number[] {
  const head = [ipv4ToNumber(source), droppedFlows, media.in, media.out, contacted ? 1 : 0, span];
  return [...head, flows.length, ...flows.flatMap(flowNumbers)];
}

function flowNumbers(flow: SipFlow): number[] {
  const { own, protocol, ownPort, remotePort, inPackets, inBytes, inRate, inMost } = flow;
  const { outPackets, outBytes, rejectedPackets } = flow;
  const incoming = [inPackets, inBytes, inRate, inMost];
  return [
    ipv4ToNumber(own),
    protocol,
    ownPort,
    remotePort,
    ...incoming,
    outPackets,
    outBytes,
    rejectedPackets,
  ];
}

/** The contributions of {@link encodeWindows}, in another order. @param texts for the addresses */
export function decodeWindow({ window, bytes }: EncodedWindow, texts: Ipv4Texts): Contribution[] {
  const [count = 0] = new Float64Array(bytes.buffer, bytes.byteOffset, 1);
  const jsonAt = NUMBER_BYTES * (1 + count);
  const json = Buffer.from(bytes.buffer, bytes.byteOffset + jsonAt, bytes.length - jsonAt).toString();
  const { digest, contributions } = JSON.parse(json) as Rest;
  const numbers = new NumberReader(new Float64Array(bytes.buffer, bytes.byteOffset + NUMBER_BYTES, count));
  const decoded = [...contributions];
  while (!numbers.isAtEnd) decoded.push(ordinaryContribution(numbers, window, digest, texts));
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

function ordinaryContribution(
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

/** In the order of {@link flowNumbers}. */
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
