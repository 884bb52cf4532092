import { BitWriter } from './gzip';

/** The order of the lengths of the codes for code lengths (RFC 1951 section 3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/** Lengths of the codes for code lengths, by default: four bits for each of the lengths themselves, so that 5 is 0101. */
const FOUR_BITS: readonly number[] = Array.from({ length: 19 }, (_, symbol) => (symbol < 16 ? 4 : 0));

/** Code lengths of a block, by symbol. */
export interface Codes {
  readonly literals: Readonly<Record<number, number>>;
  readonly distances?: Readonly<Record<number, number>>;
  /** How many of each the head says there are. */
  readonly counts?: readonly [literals: number, distances: number];
}

/** The head of a last block with codes of its own; what they are used for is to be written behind it. */
export function dynamicHead({ literals, distances = {}, counts = [257, 1] }: Codes): BitWriter {
  const writer = headOf(counts, FOUR_BITS);
  for (let symbol = 0; symbol < counts[0]; symbol++) writer.code(fourBits(literals[symbol] ?? 0));
  for (let symbol = 0; symbol < counts[1]; symbol++) writer.code(fourBits(distances[symbol] ?? 0));
  return writer;
}

/** Up to where the code lengths begin. */
export function headOf(
  [literals, distances]: readonly [number, number],
  lengths: readonly number[],
): BitWriter {
  const writer = new BitWriter()
    .bits(1, 1)
    .bits(2, 2)
    .bits(literals - 257, 5)
    .bits(distances - 1, 5)
    .bits(19 - 4, 4);
  for (const symbol of ORDER) writer.bits(lengths[symbol] ?? 0, 3);
  return writer;
}

function fourBits(length: number): string {
  return length.toString(2).padStart(4, '0');
}

/** The head of a last block with the fixed codes (section 3.2.6). */
export function fixedHead(): BitWriter {
  return new BitWriter().bits(1, 1).bits(1, 2);
}
