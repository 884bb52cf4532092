import { type Cidr, type CidrSet, type IpFamily, cidrOf, formatCidr } from '../../lambda/address';

/** A block small enough to look at every address in it. */
export interface Universe {
  readonly family: IpFamily;
  readonly first: bigint;
  /** The universe has 2^bits addresses. */
  readonly bits: number;
}

/** The block of 2^height addresses that holds the given place of the universe. */
export function blockAt(universe: Universe, place: number, height: number): Cidr {
  const length = (universe.family === 4 ? 32 : 128) - height;
  return cidrOf({ family: universe.family, value: universe.first + BigInt(place) }, length);
}

/** Every block of the universe, widest first. */
export function allBlocks(universe: Universe): Cidr[] {
  const blocks: Cidr[] = [];
  for (let height = universe.bits; height >= 0; height--) {
    for (let place = 0; place < 1 << universe.bits; place += 1 << height) {
      blocks.push(blockAt(universe, place, height));
    }
  }
  return blocks;
}

/** The places of a block: the slow and obvious model of a set is one of these. */
export function placesOf(universe: Universe, cidr: Cidr): number[] {
  const from = Number(cidr.first - universe.first);
  return Array.from({ length: Number(cidr.last - cidr.first) + 1 }, (_, i) => from + i);
}

/**
 * Compares a set with its model: every address, every block that is asked for, and its text.
 * @throws Error naming the first question with different answers, and the steps that led there
 */
export function compareWithModel(
  universe: Universe,
  set: CidrSet,
  model: ReadonlySet<number>,
  blocks: readonly Cidr[],
  steps: readonly string[],
): void {
  const check = (question: string, actual: unknown, expected: unknown): void => {
    if (actual !== expected) {
      throw new Error(
        `${question}: ${String(actual)}, not ${String(expected)}, after\n  ${steps.join('\n  ')}`,
      );
    }
  };
  for (let place = 0; place < 1 << universe.bits; place++) {
    const value = universe.first + BigInt(place);
    const cidr = blockAt(universe, place, 0);
    const text = formatCidr(cidr).replace(/\/.*/, '');
    check(`contains ${text}`, set.contains({ family: universe.family, value }), model.has(place));
    check(`containsText ${text}`, set.containsText(text), model.has(place));
    if (universe.family === 4)
      check(`containsIpv4 ${text}`, set.containsIpv4(Number(value)), model.has(place));
  }
  for (const block of blocks) {
    const held = placesOf(universe, block).filter((place) => model.has(place)).length;
    check(`overlaps ${formatCidr(block)}`, set.overlaps(block), held > 0);
    check(`covers ${formatCidr(block)}`, set.covers(block), held === Number(block.last - block.first) + 1);
  }
  check('isEmpty', set.isEmpty, model.size === 0);
  check('toStrings', set.toStrings().join(' '), fewestBlocks(universe, model).join(' '));
}

/** The fewest blocks by definition: those that are full while the block twice as wide around them is not. */
function fewestBlocks(universe: Universe, model: ReadonlySet<number>): string[] {
  const full = (place: number, height: number): boolean =>
    height <= universe.bits &&
    placesOf(universe, blockAt(universe, place, height)).every((each) => model.has(each));
  const found: string[] = [];
  for (let place = 0; place < 1 << universe.bits;) {
    let height = 0;
    while (full(place, height + 1) && place % (1 << (height + 1)) === 0) height += 1;
    if (!model.has(place)) {
      place += 1;
      continue;
    }
    found.push(formatCidr(blockAt(universe, place, height)));
    place += 1 << height;
  }
  return found;
}
