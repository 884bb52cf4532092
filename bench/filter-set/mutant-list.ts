/** One deliberate mistake in a file of lambda/filter-set. */
export interface Mutant {
  readonly file: string;
  /** Text that occurs exactly once. */
  readonly from: string;
  readonly to: string;
  /** What the variant does wrong. */
  readonly wrong: string;
}

// One per line reads as the table it is.
const mutant = (file: string, from: string, to: string, wrong: string): Mutant => ({ file, from, to, wrong });

export const mutants: readonly Mutant[] = [
  mutant(
    'optimise.ts',
    'Math.max(0, k - rightSize)',
    'Math.max(1, k - rightSize)',
    'never gives the second child all slots',
  ),
  mutant(
    'optimise.ts',
    'const last = Math.min(k, leftSize)',
    'const last = Math.min(k - 1, leftSize)',
    'never gives the first child all slots',
  ),
  mutant(
    'optimise.ts',
    'if (sum < most) continue;',
    'if (sum < most || share > 0) continue;',
    'stops at the first way to share slots',
  ),
  mutant('optimise.ts', 'best > own ||', 'best * 1.2 > own ||', 'prefers children to a better wide prefix'),
  mutant('optimise.ts', 'best > own ||', 'best > own * 1.2 ||', 'prefers a wide prefix to better children'),
  mutant(
    'optimise.ts',
    '(this.#kept[start + k] as number) >= ownKept',
    'this.#kept.length > 0',
    'breaks ties without regard to what is in place',
  ),
  mutant(
    'optimise.ts',
    'if (sum === most && sumKept < mostKept) continue;',
    '',
    'shares slots without regard to what is in place',
  ),
  mutant(
    'optimise.ts',
    'if (!(own > 0)) return;',
    'if (!(own > -1)) return;',
    'uses entries that are worth nothing',
  ),
  mutant(
    'optimise.ts',
    'while (size > 0 && this.#gainsNothing(start + size)) size--;',
    '',
    'uses more entries than it needs',
  ),
  mutant(
    'optimise.ts',
    'Math.min(leftSize + rightSize, this.slots)',
    'Math.max(leftSize, rightSize)',
    'fills only as many slots as one child has use for',
  ),
  mutant('prefix-value.ts', '+ bonus;', ';', 'forgets the bonus of current entries'),
  mutant(
    'prefix-value.ts',
    '(flags & Flag.current) === 0 ? 0 : this.#stability',
    'this.#stability',
    'gives every entry the bonus',
  ),
  mutant('prefix-value.ts', 'tree.units[node] === 0 ||', '', 'gives entries that cover nothing the bonus'),
  mutant(
    'items.ts',
    'if (record < records.candidates) items.source[count - 1] = 1;',
    'if (record < records.candidates && items.weight[count - 1] !== 0) items.source[count - 1] = 1;',
    'takes a source without weight for no source',
  ),
  mutant('prefix-value.ts', '- this.#costOf(node)', '', 'forgets the cost of legitimate sources'),
  mutant(
    'prefix-value.ts',
    'this.#collateralCost * this.collateral(node)',
    '0',
    'forgets the cost of other addresses',
  ),
  mutant('prefix-value.ts', '- known;', ';', 'counts legitimate sources as other addresses'),
  mutant('prefix-value.ts', '- (tree.units[node] as number)', '', 'counts banned sources as other addresses'),
  mutant(
    'prefix-value.ts',
    'length < this.#widest',
    'length < this.#widest - 1',
    'goes one bit wider than allowed',
  ),
  mutant('prefix-value.ts', '>= this.#minSources', '> this.#minSources', 'asks for one source too many'),
  mutant('prefix-value.ts', '>= this.#minSources', '>= this.#minSources - 1', 'asks for one source too few'),
  mutant(
    'prefix-value.ts',
    'banned >= this.#minDensity * size',
    'banned > this.#minDensity * size',
    'asks for more than the least density',
  ),
  mutant('prefix-value.ts', 'banned >= this.#minDensity * size', 'banned > 0', 'forgets the density rule'),
  mutant('prefix-value.ts', '(flags & Flag.forbidden) !== 0 ||', '', 'forgets the allowlist'),
  mutant(
    'prefix-value.ts',
    'if ((flags & Flag.own) !== 0) return true;',
    '',
    "holds the width rule against an operator's block",
  ),
  mutant(
    'prefix-value.ts',
    '(flags & Flag.banned) !== 0 ? size : ',
    '',
    'counts a block of which part is asked for as thin',
  ),
  mutant(
    'prefix-value.ts',
    'if (((tree.flags[node] as number) & Flag.known) !== 0) return 0;',
    '',
    'counts addresses inside blocks as others',
  ),
  mutant(
    'prefix-tree.ts',
    'source ? size : Math.min(units, size)',
    'Math.min(units, size)',
    'counts a block as no addresses',
  ),
  mutant(
    'prefix-tree.ts',
    'strong ? size : Math.min(strongUnits, size)',
    'Math.min(strongUnits, size)',
    'counts a block as no banned addresses',
  ),
  mutant('prefix-tree.ts', 'items.strong[item] === 1', 'source', 'takes forgeable evidence for proof'),
  mutant(
    'prefix-tree.ts',
    'size === 1 ? Math.min(strongSources, 1) : strongSources',
    'strongSources',
    'counts addresses of one /64 as several sources',
  ),
  mutant(
    'limits.ts',
    'walk.outer.forEach((node) => setFlag(tree, node, Flag.forbidden));',
    '',
    'spares only what lies inside the allowlist',
  ),
  mutant(
    'limits.ts',
    'if (walk.inner >= 0) setFlag(tree, walk.inner, Flag.insideForbidden);',
    '',
    'forgets what lies inside the allowlist',
  ),
  mutant(
    'limits.ts',
    'if (cost > 0) add(inherited, child, cost);',
    '',
    'charges only the top of a legitimate block',
  ),
  mutant(
    'limits.ts',
    'const others = unitsOf(cidr.prefixLength, tree.unitBits) - banned;',
    'const others = unitsOf(cidr.prefixLength, tree.unitBits);',
    'counts a source both banned and legitimate twice',
  ),
  mutant(
    'limits.ts',
    'Math.min(cidr.prefixLength, tree.unitBits)',
    'cidr.prefixLength',
    'counts legitimate addresses of one /64 as several',
  ),
  mutant(
    'records.ts',
    'return touchable.overlaps(unit) ? cidr : unit;',
    'return unit;',
    'never splits a /64',
  ),
  mutant(
    'records.ts',
    'return touchable.overlaps(unit) ? cidr : unit;',
    'return cidr;',
    'blocks one address where a host has a /64',
  ),
  mutant(
    'records.ts',
    'candidate.forgeable ? 0 : 1',
    'candidate.forgeable ? 1 : 0',
    'takes proof for forgeable',
  ),
  mutant(
    'items.ts',
    'items.weight[count - 1] = (items.weight[count - 1] as number) + (records',
    'items.weight[count - 1] = (records',
    'keeps one weight of a source named twice',
  ),
  mutant('choose.ts', 'problem.slots - pinned.length', 'problem.slots', "does not count operators' entries"),
  mutant('choose.ts', 'problem.family), ...pinned]', 'problem.family)]', "overlaps operators' entries"),
  mutant('choose.ts', 'CidrSet.of(never)', 'CidrSet.empty', 'covers sources that must never be'),
  mutant(
    'pinned.ts',
    'pinned && !forbidden.overlaps(cidr)',
    'pinned',
    'lets operators block what is allowed',
  ),
  mutant('pinned.ts', 'worth(b) - worth(a) ||', '', "ignores how heavy operators' bans are"),
  mutant('traceback.ts', 'used - choice', 'used', 'hands out slots twice'),
  mutant('radix-sort.ts', 'shift += 8', 'shift += 16', 'sorts by half of the digits'),
  mutant('prune.ts', 'networks.kept[n] === 1 ||', '', 'leaves out networks that something limits'),
  mutant('prune.ts', 'networks.atLeast[at] = 0;', '', 'counts on sources that may not be covered'),
  mutant(
    'prune.ts',
    '(networks.atMost[n] as number) * ROUNDING >= bound',
    '(networks.atLeast[n] as number) * ROUNDING >= bound',
    'leaves out networks that are strong together',
  ),
  mutant('prune.ts', '+ weight + bonus', '+ weight', 'leaves out networks that the bonus would keep'),
  mutant(
    'prune.ts',
    'kthLargest(networks.atLeast, slots)',
    'kthLargest(networks.atLeast, Math.max(1, slots - 1))',
    'leaves out one network too many',
  ),
  mutant(
    'kth-largest.ts',
    'if ((heap[child] as number) >= number) break;',
    'break;',
    'takes the last large number for the k-th largest',
  ),
];
