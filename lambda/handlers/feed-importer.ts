import type { FeedSnapshot } from '../blacklist/feed-snapshot';
import { LedgerUnavailableError, type Ledger } from '../blacklist/ledger';
import { effectiveAllowlist } from '../enforcement/facts';
import type { Deployment } from '../enforcement/deployment';
import { fetchFeed, type FeedDefinition, FeedRefusedError, importFeed, renewFeed, shownUrl } from '../feeds';
import type { Telemetry } from './telemetry';

/** What the importer works with: made by a composition root, replaced in tests. */
export interface FeedImporterParts {
  readonly ledger: Pick<Ledger, 'feed' | 'putFeed' | 'allowedCidrs'>;
  readonly deployment: Deployment;
  readonly definitions: readonly FeedDefinition[];
  readonly telemetry: Telemetry;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** The text of a secret. */
  readonly secret: (id: string) => Promise<string>;
  /** @default the standard one */
  readonly fetch?: typeof fetch;
}

/** What a run did, by the names of the feeds. */
export interface FeedsOutcome {
  readonly taken: readonly string[];
  readonly refused: readonly string[];
  /** Not due yet. */
  readonly waiting: readonly string[];
  /** Not read for so long that somebody has to look. */
  readonly stale: readonly string[];
}

/** Longest that all pages of one feed may take, milliseconds. */
const FEED_MS = 80_000;
/** Time a run keeps back to write what it has, milliseconds. */
const RESERVE_MS = 15_000;
/** Runs come once an hour, a little early or late: what is due within that is due now, seconds. */
const SLACK_SECONDS = 300;
/** So many readings in a row may fail before a feed is stale: publishers have bad days. */
const STALE_AFTER = 4;

interface Known {
  readonly definition: FeedDefinition;
  readonly before: FeedSnapshot | undefined;
}

/**
 * The feeds function without its surroundings: reads the feeds that are due into the ledger, where the enforcer finds
 * them. One that is refused leaves what was there, and is tried again in the next run.
 */
export class FeedImporter {
  constructor(private readonly parts: FeedImporterParts) {}

  /** @throws LedgerUnavailableError: without the ledger nothing can be compared or kept */
  async handle(remainingMs: () => number): Promise<FeedsOutcome> {
    const known: Known[] = [];
    for (const definition of this.parts.definitions)
      known.push({ definition, before: await this.parts.ledger.feed(definition.name) });
    // The longest unread first: where time runs out, the next run goes on with the others.
    known.sort((a, b) => (a.before?.fetchedAt ?? 0) - (b.before?.fetchedAt ?? 0));
    const due = known.filter((each) => this.#isDue(each));
    const taken = new Map<string, FeedSnapshot>();
    const refused: string[] = [];
    for (const each of due) {
      const feed = remainingMs() > RESERVE_MS ? await this.#read(each, remainingMs) : undefined;
      if (feed === undefined) refused.push(each.definition.name);
      else taken.set(feed.name, feed);
    }
    const latest = known.map((each) => ({
      definition: each.definition,
      before: taken.get(each.definition.name) ?? each.before,
    }));
    const waiting = known.filter((each) => !due.includes(each)).map(({ definition }) => definition.name);
    const stale = latest.filter((each) => this.#isStale(each)).map(({ definition }) => definition.name);
    this.#tell(latest, { taken: [...taken.keys()], refused, waiting, stale });
    return { taken: [...taken.keys()], refused, waiting, stale };
  }

  get #now(): number {
    return Math.floor(this.parts.clock() / 1000);
  }

  #isDue({ definition, before }: Known): boolean {
    return before === undefined || before.fetchedAt + definition.everySeconds - SLACK_SECONDS <= this.#now;
  }

  #isStale({ definition, before }: Known): boolean {
    return before === undefined || this.#now - before.fetchedAt > STALE_AFTER * definition.everySeconds;
  }

  /** @returns the feed as it is in the ledger now, or undefined where it was refused */
  async #read({ definition, before }: Known, remainingMs: () => number): Promise<FeedSnapshot | undefined> {
    const { telemetry } = this.parts;
    try {
      return await this.#import(definition, before, Math.min(FEED_MS, remainingMs() - RESERVE_MS));
    } catch (error) {
      if (error instanceof LedgerUnavailableError) throw error;
      const fields = {
        feed: definition.name,
        ...(error instanceof FeedRefusedError && { reason: error.reason }),
        ...(before && { readBefore: before.fetchedAt, countsUntil: before.expiresAt }),
      };
      telemetry.warn(error instanceof Error ? error.message : String(error), fields);
      return undefined;
    }
  }

  async #import(
    definition: FeedDefinition,
    before: FeedSnapshot | undefined,
    withinMs: number,
  ): Promise<FeedSnapshot | undefined> {
    const { ledger, deployment, telemetry, secret, fetch } = this.parts;
    const { keySecret } = definition;
    const isSame = before?.from === shownUrl(definition.url ?? '');
    const text = await fetchFeed(definition, {
      ...(fetch && { fetch }),
      ...(keySecret !== undefined && { key: (await secret(keySecret)).trim() }),
      ...(isSame && before.etag !== undefined && { etag: before.etag }),
      signal: AbortSignal.timeout(withinMs),
    });
    if (text === undefined) return renewFeed(ledger, definition, this.#now);
    const allowlist = await effectiveAllowlist({ ledger, deployment });
    const { feed, ours, special, tooWide, rejected } = await importFeed(ledger, definition, text, {
      now: this.#now,
      allowlist,
    });
    telemetry.info('feed', { feed: feed.name, entries: feed.cidrs.length, special, tooWide, rejected });
    telemetry.metric('FeedEntriesOurs', ours.length);
    if (ours.length > 0)
      telemetry.warn('a feed lists what is ours or allowed: left out, but why does it?', {
        feed: feed.name,
        ours: ours.slice(0, 20),
      });
    return feed;
  }

  #tell(latest: readonly Known[], { taken, refused, stale }: FeedsOutcome): void {
    const { telemetry } = this.parts;
    const current = latest.flatMap(({ before }) => (before && this.#now < before.expiresAt ? [before] : []));
    telemetry.metric('FeedsTaken', taken.length);
    telemetry.metric('FeedsRefused', refused.length);
    telemetry.metric('StaleFeeds', stale.length);
    telemetry.metric(
      'FeedEntries',
      current.reduce((sum, { cidrs }) => sum + cidrs.length, 0),
    );
    for (const { definition, before } of latest.filter((each) => stale.includes(each.definition.name)))
      telemetry.error(`feed ${definition.name} stays stale: what was read of it counts until it expires`, {
        feed: definition.name,
        readBefore: before?.fetchedAt ?? null,
        countsUntil: before?.expiresAt ?? null,
      });
  }
}
