import { type Cidr, cidrOf, compareCidrs, formatCidr, parseCidr } from './cidr';
import { ADDRESS_BITS, type IpAddress, type IpFamily, ipv4ToNumber, tryParseAddress } from './ip-address';

interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * An immutable set of addresses of both families: sorted disjoint ranges, adjacent ones joined.
 * Look-ups are binary searches; IPv4 ones work on plain numbers, because detection asks for every record.
 */
export class CidrSet {
  static readonly empty = CidrSet.of([]);

  readonly #ranges: Readonly<Record<IpFamily, readonly Range[]>>;
  readonly #ipv4First: Int32Array;
  readonly #ipv4Last: Int32Array;

  private constructor(ranges: Readonly<Record<IpFamily, readonly Range[]>>) {
    this.#ranges = ranges;
    this.#ipv4First = Int32Array.from(ranges[4], (range) => inOrder(Number(range.first)));
    this.#ipv4Last = Int32Array.from(ranges[4], (range) => inOrder(Number(range.last)));
  }

  /** The union of the blocks. */
  static of(cidrs: Iterable<Cidr>): CidrSet {
    const byFamily: Record<IpFamily, Range[]> = { 4: [], 6: [] };
    for (const cidr of [...cidrs].sort(compareCidrs)) appendRange(byFamily[cidr.family], cidr);
    return new CidrSet(byFamily);
  }

  /**
   * The union of blocks and single addresses given as text.
   * @throws AddressError for the first one that is not valid
   */
  static parse(texts: Iterable<string>): CidrSet {
    return CidrSet.of(Array.from(texts, (text) => parseCidr(text)));
  }

  /** Whether the address is in the set. */
  contains(address: IpAddress): boolean {
    if (address.family === 4) return this.containsIpv4(Number(address.value));
    const range = this.#lastRangeFrom(6, address.value);
    return range !== undefined && address.value <= range.last;
  }

  /** Whether the IPv4 address, an unsigned 32-bit number, is in the set. */
  containsIpv4(value: number): boolean {
    return value >>> 0 === value && this.containsWord(value | 0);
  }

  /** The same of an address as a signed 32-bit number, which costs less to hand over than one that may be larger. */
  containsWord(word: number): boolean {
    const first = this.#ipv4First;
    const value = inOrder(word);
    let low = 0;
    let high = first.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const candidate = first[middle];
      if (candidate !== undefined && candidate <= value) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return false;
    const last = this.#ipv4Last[low - 1];
    return last !== undefined && value <= last;
  }

  /** Whether the address, given as text, is in the set; text that is no address is in no set. */
  containsText(text: string): boolean {
    const ipv4 = ipv4ToNumber(text);
    if (ipv4 >= 0) return this.containsIpv4(ipv4);
    const address = tryParseAddress(text);
    return address !== undefined && this.contains(address);
  }

  /** Whether the set and the block share an address. */
  overlaps(cidr: Cidr): boolean {
    const range = this.#lastRangeFrom(cidr.family, cidr.last);
    return range !== undefined && range.last >= cidr.first;
  }

  /** Whether every address of the block is in the set. */
  covers(cidr: Cidr): boolean {
    const range = this.#lastRangeFrom(cidr.family, cidr.first);
    return range !== undefined && range.last >= cidr.last;
  }

  /** The union of both sets. */
  union(other: CidrSet): CidrSet {
    return CidrSet.of([...this.cidrs(), ...other.cidrs()]);
  }

  /** The fewest blocks that make up the set, in order: IPv4 first. */
  cidrs(): Cidr[] {
    return ([4, 6] as const).flatMap((family) =>
      this.#ranges[family].flatMap((range) => splitRange(family, range)),
    );
  }

  /** Canonical text of {@link cidrs}. */
  toStrings(): string[] {
    return this.cidrs().map(formatCidr);
  }

  /** Whether the set holds no address. */
  get isEmpty(): boolean {
    return this.#ranges[4].length === 0 && this.#ranges[6].length === 0;
  }

  /** The last range that begins at or before the value: the only one that can hold it. */
  #lastRangeFrom(family: IpFamily, value: bigint): Range | undefined {
    const ranges = this.#ranges[family];
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const range = ranges[middle];
      if (range !== undefined && range.first <= value) low = middle + 1;
      else high = middle;
    }
    return ranges[low - 1];
  }
}

/** Adds a block to sorted disjoint ranges; blocks come ordered by first address. */
function appendRange(ranges: Range[], cidr: Cidr): void {
  const previous = ranges.at(-1);
  if (previous === undefined || cidr.first > previous.last + 1n) {
    ranges.push({ first: cidr.first, last: cidr.last });
  } else if (cidr.last > previous.last) {
    ranges[ranges.length - 1] = { first: previous.first, last: cidr.last };
  }
}

function splitRange(family: IpFamily, range: Range): Cidr[] {
  const cidrs: Cidr[] = [];
  for (let next = range.first; next <= range.last;) {
    const cidr = widestBlockAt(family, next, range.last);
    cidrs.push(cidr);
    next = cidr.last + 1n;
  }
  return cidrs;
}

/** The widest aligned block that begins at `first` and does not pass `last`. */
function widestBlockAt(family: IpFamily, first: bigint, last: bigint): Cidr {
  let cidr = cidrOf({ family, value: first }, ADDRESS_BITS[family]);
  while (cidr.prefixLength > 0) {
    const wider = cidrOf({ family, value: first }, cidr.prefixLength - 1);
    if (wider.first !== first || wider.last > last) break;
    cidr = wider;
  }
  return cidr;
}

/** Signed numbers in the order of the unsigned ones that they stand for. */
function inOrder(word: number): number {
  return word ^ 0x80000000;
}
