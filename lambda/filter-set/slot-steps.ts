import { type Cidr, cidrCovers, cidrsOverlap } from '../address';
import type { SlotEntry } from './slot';

/** A change before new entries get their numbers. */
export type SlotStep = Placing | { readonly op: 'delete'; readonly entry: SlotEntry };
/** A step that puts a block in place. */
type Placing =
  | { readonly op: 'create'; readonly to: Cidr }
  | { readonly op: 'replace'; readonly entry: SlotEntry; readonly to: Cidr };

/**
 * The steps of one family: replacements and creations in safe order, then deletions.
 * @param missing disjoint blocks that are to come, the most important first
 * @param surplus entries that are to go, by rule number; they may overlap each other
 * @param urgent which of them should go early
 */
export function slotSteps(
  missing: readonly Cidr[],
  surplus: readonly SlotEntry[],
  urgent: (cidr: Cidr) => boolean = () => false,
): SlotStep[] {
  const coming = new Set(missing);
  // A set keeps its order, so that those to go early are asked first.
  const isUrgent = new Set(surplus.filter(({ cidr }) => urgent(cidr)));
  const going = new Set([...isUrgent, ...surplus]);
  const steps: SlotStep[] = [];
  for (const next of missing) {
    while (coming.has(next)) {
      const step = nextStep(next, coming, going);
      steps.push(step);
      coming.delete(step.to);
      if (step.op === 'replace') going.delete(step.entry);
    }
  }
  return [...steps, ...surplus.filter((entry) => going.has(entry)).map(deletion)];
}

function deletion(entry: SlotEntry): SlotStep {
  return { op: 'delete', entry };
}

/**
 * The next thing to put in place. Giving up an entry endangers the missing blocks that share addresses with it.
 * With one of those (a merge, or the last part of a split) that block takes the entry's place; with none the most
 * important missing one does. With several, a new entry comes first. That is only so while there are more missing
 * blocks than entries to give up: surplus blocks that no other one covers are disjoint, so if each endangered two,
 * at least twice as many would be missing. Hence there are never more new entries than slots (invariants I3, I5).
 */
function nextStep(next: Cidr, coming: ReadonlySet<Cidr>, going: ReadonlySet<SlotEntry>): Placing {
  for (const entry of going) {
    const endangered = endangeredBy(entry, coming, going);
    if (endangered.length < 2) return { op: 'replace', entry, to: endangered[0] ?? next };
  }
  return { op: 'create', to: next };
}

/** The missing blocks of which a part would no longer be denied without the entry. */
function endangeredBy(
  entry: SlotEntry,
  coming: ReadonlySet<Cidr>,
  going: ReadonlySet<SlotEntry>,
): readonly Cidr[] {
  return [...coming].filter((cidr) => {
    if (!cidrsOverlap(cidr, entry.cidr)) return false;
    const shared = cidrCovers(cidr, entry.cidr) ? entry.cidr : cidr;
    return ![...going].some((other) => other !== entry && cidrCovers(other.cidr, shared));
  });
}
