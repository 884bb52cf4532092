import { createHash } from 'node:crypto';
import { type PbxEvent, type PbxEventKind, scannerIn } from '../pbx-log';
import type { CollectorPolicy } from './collector';
import type { Contribution } from './contribution';
import { PbxSum } from './pbx-activity';
import { sourceKey } from './source-key';
import type { Topology } from './topology';

interface OpenContribution {
  readonly window: number;
  readonly key: string;
  source: string;
  readonly sum: PbxSum;
}

/**
 * Adds events of PBX logs up to contributions, by window and source, as ContributionCollector does records. The sum does
 * not depend on the order of lines. Own addresses are no sources.
 */
export class PbxCollector {
  readonly #open = new Map<string, OpenContribution>();

  constructor(
    private readonly topology: Pick<Topology, 'own'>,
    private readonly policy: Pick<CollectorPolicy, 'windowSeconds'>,
  ) {}

  /** @param at when it was logged, epoch seconds */
  add(event: PbxEvent, at: number): void {
    if (this.topology.own.containsText(event.source)) return;
    addTo(this.#contribution(Math.floor(at), event.source).sum, event);
  }

  /** Ends the batch. @returns its contributions, ordered by window and key; the collector is empty again */
  drain(digest: string): Contribution[] {
    const contributions = [...this.#open.values()].map((open) => closed(open, digest));
    this.#open.clear();
    return contributions.sort((a, b) => a.window - b.window || (a.key < b.key ? -1 : 1));
  }

  #contribution(at: number, source: string): OpenContribution {
    const window = at - (at % this.policy.windowSeconds);
    const key = sourceKey(source);
    const id = `${window} ${key}`;
    const known = this.#open.get(id);
    if (known === undefined) {
      const contribution = { window, key, source, sum: new PbxSum() };
      this.#open.set(id, contribution);
      return contribution;
    }
    if (source < known.source) known.source = source;
    return known;
  }
}

function closed({ window, key, source, sum }: OpenContribution, digest: string): Contribution {
  return {
    window,
    key,
    source,
    digest,
    flows: [],
    droppedFlows: 0,
    media: { in: 0, out: 0 },
    contacted: false,
    span: 0,
    pbx: sum.total(),
  };
}

function addTo(sum: PbxSum, event: PbxEvent): void {
  const { kind, proven, name, nonce } = event;
  const count = COUNTED[kind];
  const names = NAMED[kind];
  if (count !== undefined) sum.count(count);
  if (kind === 'refused' && proven) sum.count('proven');
  if (names !== undefined && name !== undefined) sum.name(names, nameOf(event, name), proven ? 1 : 0);
  if (nonce !== undefined) sum.nonce(kind === 'challenge' ? 'sent' : 'answered', hashOf(nonce));
}

const COUNTED: Partial<
  Record<PbxEventKind, 'refused' | 'challenges' | 'succeeded' | 'strangers' | 'floods'>
> = {
  refused: 'refused',
  challenge: 'challenges',
  success: 'succeeded',
  stranger: 'strangers',
  flood: 'floods',
};
const NAMED: Partial<Record<PbxEventKind, 'accounts' | 'unknown' | 'dialled' | 'scanners'>> = {
  refused: 'accounts',
  unknown: 'unknown',
  call: 'dialled',
  scanner: 'scanners',
};

/** Scanners by a name of ours, everything else by its hash: no text of others gets any further. */
function nameOf({ kind }: PbxEvent, name: string): string {
  return kind === 'scanner' ? (scannerIn(name) ?? 'of a scanner') : hashOf(name);
}

/** 12 hexadecimal digits of SHA-256: short, and nobody finds accounts that look like one. */
function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 12);
}
