import { type Cidr, type CidrSet, cidrOf } from '../address';
import type { FilterCandidate, FilterSetProblem } from './filter-set';
import { scratch } from './scratch';
import { KEY_WORDS, UNIT_BITS, writeKey } from './units';

/**
 * Candidates, then current entries, in the order given, as columns: objects spread over the heap cost a cache miss
 * for every look, so each is looked at once.
 */
export interface Records {
  readonly count: number;
  /** Positions below are candidates, the others current entries. */
  readonly candidates: number;
  /** First address of the prefix it is keyed by: one array per 32-bit word, the most significant first. */
  readonly words: readonly Uint32Array[];
  /** Length of that prefix in bits. */
  readonly length: Uint8Array;
  /** 0 for a current entry. */
  readonly weight: Float64Array;
  /** Whether it is a candidate whose evidence could not be forged. */
  readonly strong: Uint8Array;
}

/** @param touchable the allowlist and all legitimate sources: they split the IPv6 /64 that they touch */
export function readRecords({ family, candidates, current }: FilterSetProblem, touchable: CidrSet): Records {
  const records = emptyRecords(candidates.length + current.length, candidates.length, KEY_WORDS[family]);
  const write = (at: number, cidr: Cidr): void => {
    writeKey(records.words, at, family, cidr.first);
    records.length[at] = cidr.prefixLength;
  };
  candidates.forEach((candidate, at) => {
    write(at, keyOf(candidate, touchable));
    // What sorts by bits must not meet −0.
    records.weight[at] = candidate.weight + 0;
    records.strong[at] = candidate.forgeable ? 0 : 1;
  });
  current.forEach((cidr, i) => write(candidates.length + i, cidr));
  return records;
}

/**
 * What a candidate is keyed by: an IPv6 address stands for its /64, because its holder has all of it, unless part of
 * that /64 is allowed or known to be legitimate. An operator's block stands for itself.
 */
function keyOf(candidate: FilterCandidate, touchable: CidrSet): Cidr {
  const { cidr } = candidate;
  const bits = UNIT_BITS[cidr.family];
  if (cidr.prefixLength <= bits || candidate.pinned) return cidr;
  const unit = cidrOf({ family: cidr.family, value: cidr.first }, bits);
  return touchable.overlaps(unit) ? cidr : unit;
}

function emptyRecords(count: number, candidates: number, words: number): Records {
  return {
    count,
    candidates,
    words: Array.from({ length: words }, () => scratch(Uint32Array, count)),
    length: scratch(Uint8Array, count),
    weight: scratch(Float64Array, count),
    strong: scratch(Uint8Array, count),
  };
}
