import { type Cidr, CidrSet, compareCidrs } from '../../lambda/address';
import { assignSlots } from '../../lambda/filter-set';
import type { Known, Strategy } from './strategies';
import type { Window } from './world';

/** Windows after which a weight is worth half: six hours. */
const HALF_LIFE = 6;
/** A window counts this much less than the one after it. */
const DECAY = 0.5 ** (1 / HALF_LIFE);
/** A source is forgotten that many windows after it was last heard. */
const FORGOTTEN_AFTER = 24;

/** Means over all windows but the first ones. */
export interface Outcome {
  /** Share of the next window's probe packets that the entries block. */
  readonly blockedShare: number;
  /** Addresses covered that are neither known scanners nor known to be legitimate. */
  readonly collateral: number;
  /** Legitimate packets blocked in the next window. */
  readonly legitimateBlocked: number;
  readonly callsPerWindow: number;
}

/** How the ledger weighs a source that still knocks: by what it sees alone, or never less than before. */
export type Censoring = 'ignored' | 'held where denied' | 'held';

/** What may differ between simulations. */
export interface SimulationOptions {
  /** Packets in a window that make a ban. @default 1 */
  readonly threshold?: number;
  /**
   * Makes half of the actors need answers, like a password guesser: denied, they send a twentieth. What they would have
   * sent still counts as blocked. @default nobody needs answers, so that a denied source shows as much as another
   */
  readonly censoring?: Censoring;
}

/** Chooses on each window and measures on the next. */
export function simulate(
  windows: readonly Window[],
  strategy: Strategy,
  slots: number,
  { threshold = 1, censoring }: SimulationOptions = {},
): Outcome {
  const ledger = new Ledger(threshold, censoring);
  const sums = { blockedShare: 0, collateral: 0, legitimateBlocked: 0, callsPerWindow: 0 };
  let current: Cidr[] = [];
  let measured = 0;
  for (const [now, window] of windows.entries()) {
    const next = windows[now + 1];
    ledger.read(window, now, CidrSet.of(current));
    if (now < FORGOTTEN_AFTER || next === undefined) continue;
    const legitimate = [...window.legitimate.keys()];
    const sources = ledger.sources().filter(({ address }) => !window.legitimate.has(address));
    const chosen = strategy({ slots, sources, legitimate, current });
    const denied = CidrSet.of(chosen);
    sums.callsPerWindow += calls(current, chosen);
    sums.blockedShare += blockedShare(denied, next);
    sums.collateral += collateral(chosen, [...sources.map((s) => s.address), ...legitimate]);
    for (const [address, packets] of next.legitimate) {
      if (denied.containsIpv4(address)) sums.legitimateBlocked += packets;
    }
    current = chosen;
    measured++;
  }
  return {
    blockedShare: sums.blockedShare / measured,
    collateral: sums.collateral / measured,
    legitimateBlocked: sums.legitimateBlocked / measured,
    callsPerWindow: sums.callsPerWindow / measured,
  };
}

/** Bans in force: what the product's ledger would hold. */
class Ledger {
  readonly #known = new Map<number, Known & { readonly heardAt: number }>();

  constructor(
    private readonly threshold: number,
    private readonly censoring: Censoring | undefined,
  ) {}

  read(window: Window, now: number, denied: CidrSet): void {
    for (const [address, known] of this.#known) {
      if (now - known.heardAt > FORGOTTEN_AFTER) this.#known.delete(address);
      else this.#known.set(address, { ...known, weight: known.weight * DECAY });
    }
    for (const { address, packets, lastHeard } of window.probes) {
      const known = this.#known.get(address);
      if (known === undefined && packets < this.threshold) continue;
      const isDenied = this.censoring !== undefined && denied.containsIpv4(address);
      const seen = isDenied && needsAnswers(address) ? Math.ceil(packets / 20) : packets;
      const isHeld = this.censoring === 'held' || (this.censoring === 'held where denied' && isDenied);
      // As lambda/detection/fold.ts does: decayed as if it had been heard until a half-life ago.
      const held = (known?.weight ?? 0) / DECAY ** Math.min(HALF_LIFE, now - (known?.heardAt ?? now));
      this.#known.set(address, {
        address,
        weight: Math.max(isHeld ? held : 0, (known?.weight ?? 0) + seen),
        bannedAt: known?.bannedAt ?? now + lastHeard,
        heardAt: now,
      });
    }
  }

  sources(): Known[] {
    return [...this.#known.values()];
  }
}

/** Half of the actors, by their /22. */
function needsAnswers(address: number): boolean {
  return Math.imul(address >>> 10, 0x9e3779b1) >>> 31 === 1;
}

function calls(current: readonly Cidr[], chosen: readonly Cidr[]): number {
  const ordered = current.toSorted(compareCidrs).map((cidr, i) => ({ ruleNumber: i + 1, cidr }));
  const free = Array.from({ length: 100 }, (_, i) => 1000 + i);
  return assignSlots({ current: ordered, chosen, free }).changes.length;
}

function blockedShare(denied: CidrSet, { probes }: Window): number {
  let blocked = 0;
  let total = 0;
  for (const { address, packets } of probes) {
    total += packets;
    if (denied.containsIpv4(address)) blocked += packets;
  }
  return blocked / total;
}

function collateral(chosen: readonly Cidr[], known: readonly number[]): number {
  const denied = CidrSet.of(chosen);
  const size = chosen.reduce((sum, cidr) => sum + Number(cidr.last - cidr.first) + 1, 0);
  return size - known.filter((address) => denied.containsIpv4(address)).length;
}
