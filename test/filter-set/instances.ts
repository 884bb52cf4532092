import { type Cidr, CidrSet, cidrOf } from '../../lambda/address';
import type { FilterSetProblem } from '../../lambda/filter-set';
import { seeded } from './seeded';

/**
 * Random problems small enough to try everything: 32 neighbouring addresses or /64s, some blocks among them. All
 * numbers are small multiples of 1/64, so sums are exact and two sets are equal or they are not.
 */
export function instance(seed: number): FilterSetProblem {
  const random = seeded(seed);
  const family = random() < 0.5 ? 4 : 6;
  const below = (n: number) => Math.floor(random() * n);
  const chance = (p: number) => random() < p;
  const block = (wide: number) => blockIn(family, below, chance(wide) ? 1 + below(3) : 0, chance(0.4));
  const list = <T>(most: number, make: () => T): T[] => Array.from({ length: below(most + 1) }, make);
  const forgeable = chance(0.3);
  const blocks = chance(0.3) ? 0.3 : 0;
  const pins = chance(0.15) ? 0.3 : 0;
  return {
    family,
    slots: below(5),
    candidates: list(7, () => ({
      cidr: block(blocks),
      weight: chance(0.5) ? 1 : below(40) / 8,
      forgeable: forgeable && chance(0.5),
      pinned: chance(pins),
    })),
    legitimate: list(chance(0.5) ? 3 : 0, () => ({
      cidr: block(0.1),
      cost: chance(0.5) ? Infinity : below(20) / 8,
    })),
    allowlist: CidrSet.of(list(chance(0.4) ? 2 : 0, () => block(0.2))),
    current: list(chance(0.6) ? 16 : 0, () => currentIn(family, below)),
    policy: {
      maxWidth: family === 4 ? { 4: 26 + below(7), 6: 48 } : { 4: 24, 6: 58 + below(7) },
      stability: chance(0.5) ? 0 : below(24) / 8,
      collateralCost: chance(0.2) ? 0 : below(12) / 64,
      minSources: chance(0.5) ? 1 : below(5),
      minDensity: chance(0.5) ? 0 : below(5) / 8,
    },
  };
}

type Below = (n: number) => number;

const BASE_4 = 0xc6336420n; // 198.51.100.32/27
const BASE_6 = 0x20010db800000020n; // 2001:db8:0:20::/59

function blockIn(family: 4 | 6, below: Below, wider: number, single: boolean): Cidr {
  if (family === 4) return cidrOf({ family, value: BASE_4 + BigInt(below(32)) }, 32 - wider);
  // Half of the addresses fall into four /64s, so that several share one.
  const unit = BASE_6 + BigInt(below(2) === 0 ? below(32) : below(3));
  const value = (unit << 64n) | BigInt(below(4));
  return cidrOf({ family, value }, wider > 0 || !single ? 64 - wider : 128);
}

/** Any prefix, also ones at which the tree does not branch, or that hold no source. */
function currentIn(family: 4 | 6, below: Below): Cidr {
  if (family === 4) return cidrOf({ family, value: BASE_4 + BigInt(below(32)) }, 26 + below(7));
  const { first } = blockIn(family, below, 0, true);
  const lengths = [58, 59, 60, 61, 62, 63, 64, 64, 100, 126, 127, 128];
  return cidrOf({ family, value: first }, lengths[below(lengths.length)] ?? 64);
}
