import type { IpFamily } from '../address';

/** A source is one address in IPv4 and one /64 in IPv6; collateral, density and width are counted in those units. */
export const UNIT_BITS: Readonly<Record<IpFamily, number>> = { 4: 32, 6: 64 };

/** Words of 32 bits in an address key. */
export const KEY_WORDS: Readonly<Record<IpFamily, number>> = { 4: 1, 6: 4 };

/** Number of units that a prefix covers or touches; exact up to 2^53 and beyond that a power of two all the same. */
export function unitsOf(prefixLength: number, unitBits: number): number {
  return prefixLength >= unitBits ? 1 : 2 ** (unitBits - prefixLength);
}

const pair = new BigUint64Array(2);
const quad = new Uint32Array(pair.buffer);
const LOW_64 = 0xffffffffffffffffn;
// Which 32-bit word of a little-endian pair holds the most significant bits first; Node runs on nothing else.
const WORD_ORDER = [3, 2, 1, 0] as const;

/** Writes an address, most significant word first, to position `at` of each word's array. */
export function writeKey(words: readonly Uint32Array[], at: number, family: IpFamily, value: bigint): void {
  if (family === 4) {
    const [word] = words;
    if (word !== undefined) word[at] = Number(value);
    return;
  }
  pair[0] = value & LOW_64;
  pair[1] = value >> 64n;
  words.forEach((word, i) => (word[at] = quad[WORD_ORDER[i] ?? 0] ?? 0));
}

/** The address at position `at`; the inverse of {@link writeKey}. */
export function readKey(words: readonly Uint32Array[], at: number): bigint {
  return words.reduce((value, word) => (value << 32n) | BigInt(word[at] ?? 0), 0n);
}

/** Length in bits of the common prefix of two keys. */
export function commonPrefix(
  a: readonly Uint32Array[],
  atA: number,
  b: readonly Uint32Array[],
  atB: number,
): number {
  for (let w = 0; w < a.length; w++) {
    const difference = ((a[w] as Uint32Array)[atA] as number) ^ ((b[w] as Uint32Array)[atB] as number);
    if (difference !== 0) return 32 * w + Math.clz32(difference);
  }
  return 32 * a.length;
}
