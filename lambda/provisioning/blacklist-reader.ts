import { CidrSet } from '../address';
import type { Ledger } from '../blacklist/ledger';
import { ExportError, type ExportList, readExportList } from '../export';
import type { FactSources } from '../enforcement/facts';

/** The blacklist as of one reading of the ledger. */
export interface Blacklist {
  /** What may be published, or why nothing may. */
  readonly published: { readonly list: ExportList } | { readonly withheld: string };
  /** Whom this endpoint refuses. */
  readonly denied: CidrSet;
}

/** What is read. */
export interface BlacklistSources extends FactSources {
  readonly ledger: FactSources['ledger'] & Pick<Ledger, 'paused'>;
  /** What the IP sets deny now: asked for only while the breaker holds bans back. */
  readonly standing: () => Promise<CidrSet>;
}

/** How long one reading serves, milliseconds: phones and firewalls that poll cost a reading every so often, not each. */
const KEEP_MS = 10_000;

/** Reads the blacklist, and keeps it for ten seconds. What could not be read is not kept. */
export class BlacklistReader {
  #kept: { readonly blacklist: Promise<Blacklist>; readonly atMs: number } | undefined;

  constructor(private readonly sources: BlacklistSources) {}

  /** @throws whatever the ledger throws: then nobody knows who is banned (invariant I6) */
  async read(): Promise<Blacklist> {
    const atMs = this.sources.clock();
    if (this.#kept === undefined || atMs - this.#kept.atMs >= KEEP_MS) {
      const kept = { blacklist: this.#fresh(), atMs };
      this.#kept = kept;
      kept.blacklist.catch(() => {
        if (this.#kept === kept) this.#kept = undefined;
      });
    }
    return this.#kept.blacklist;
  }

  /** While nothing may be enforced, nothing new is refused or published either: others keep what they have. */
  async #fresh(): Promise<Blacklist> {
    const { deployment, ledger, standing } = this.sources;
    if (deployment.mode === 'observe') return withheld('this environment only observes');
    const pause = await ledger.paused();
    if (pause !== undefined) return withheld('an operator has paused all changes');
    try {
      const list = await readExportList(this.sources, standing);
      return { published: { list }, denied: CidrSet.of(list.cidrs) };
    } catch (error) {
      if (error instanceof ExportError) return withheld(error.message);
      throw error;
    }
  }
}

function withheld(reason: string): Blacklist {
  return { published: { withheld: reason }, denied: CidrSet.empty };
}
