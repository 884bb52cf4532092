import { decisionTime, type DetectionPolicy } from '../detection';
import type { Ledger } from '../blacklist/ledger';
import {
  conditionsOf,
  firstState,
  isDigestDue,
  newsOf,
  type NotifyFacts,
  type NotifySettings,
  observed,
} from './facts';
import { type DayFacts, digestNotice, newsNotice, type Notice } from './messages';
import { CONDITIONS, NO_BANS, type NotifyState, type NotifyStateStore } from './notify-state';

/** What is not in the ledger: asked of CloudWatch. */
export interface Sight {
  /** When flow-log records were last read, epoch seconds; undefined for not lately. */
  lastRecords(now: number): Promise<number | undefined>;
  /** Names of the environment's alarms that are on. */
  alarmsOn(): Promise<readonly string[]>;
  /** Verdicts that left somebody suspect in that time, epoch seconds. */
  suspects(from: number, to: number): Promise<number>;
}

/** What the notifier works with: made by a composition root, replaced in tests. */
export interface NotifierParts {
  readonly environment: string;
  readonly policy: Pick<DetectionPolicy, 'windowSeconds' | 'graceSeconds'>;
  readonly ledger: Pick<Ledger, 'judgedThrough' | 'bansInForce' | 'lastRun' | 'paused' | 'feedsInForce'>;
  readonly store: NotifyStateStore;
  readonly sight: Sight;
  readonly publish: (notice: Notice) => Promise<void>;
  readonly settings: NotifySettings;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** What a run did. `busy`: somebody else is at it, or was a moment ago. */
export type NotifierOutcome = { readonly sent: readonly Notice[]; readonly busy?: true };

/** How long a run keeps others from telling the same, seconds: longer than any run lasts. */
const CLAIM_SECONDS = 120;

/**
 * Tells people what they have to know, in as few messages as may be: what is new is gathered in the ledger, and goes out
 * when the last message is long enough ago. Nothing of this is on the way of detection or enforcement: it only reads what
 * they wrote.
 *
 * At least once: what is to be told is written before it is sent, and that it was sent after. A crash in between repeats
 * the message; a failure of SNS leaves everything to the next run.
 */
export class Notifier {
  constructor(private readonly parts: NotifierParts) {}

  /** @throws what `publish` throws, after the state is safe; what the ledger throws */
  async run(): Promise<NotifierOutcome> {
    const { store } = this.parts;
    const stored = await store.read();
    const facts = await this.#facts();
    if ((stored?.value.claimedUntil ?? 0) > facts.now) return { sent: [], busy: true };
    const seen = observed(stored?.value ?? firstState(facts), facts);
    const state = this.parts.settings.bans ? seen : { ...seen, pending: NO_BANS };
    const version = stored?.version ?? 0;
    const due = await this.#due(state, facts);
    const claimedUntil = due.notices.length > 0 ? facts.now + CLAIM_SECONDS : 0;
    if (!(await store.write({ ...state, ...due.always, claimedUntil }, version)))
      return { sent: [], busy: true };
    if (due.notices.length === 0) return { sent: [] };
    return this.#send(state, due, version + 1);
  }

  async #send(state: NotifyState, due: Due, version: number): Promise<NotifierOutcome> {
    const { store, publish, warn } = this.parts;
    try {
      for (const notice of due.notices) await publish(notice);
    } catch (error) {
      // Free for the next run at once; should that fail too, the claim ends by itself.
      await store.write({ ...state, ...due.always, claimedUntil: 0 }, version);
      throw error;
    }
    const kept = await store.write({ ...state, ...due.always, ...due.onceSent, claimedUntil: 0 }, version);
    if (!kept) warn('somebody else told the same meanwhile', { messages: due.notices.length });
    return { sent: due.notices };
  }

  async #due(state: NotifyState, facts: NotifyFacts): Promise<Due> {
    const { environment, settings } = this.parts;
    const { begun, over, told } = newsOf(state, facts, settings);
    const mayTell = facts.now - state.sentAt >= settings.everySeconds;
    const news = mayTell ? newsNotice(environment, facts, { begun, over }, state.pending) : undefined;
    const digest = isDigestDue(state, facts.now, settings) ? await this.#digest(state, facts) : undefined;
    return {
      notices: [news, digest].filter((notice) => notice !== undefined),
      always: { told: onlyKnown(told, state.told) },
      onceSent: {
        ...(news && { sentAt: facts.now, pending: NO_BANS, told }),
        ...(digest && { digestAt: facts.now, day: NO_BANS }),
      },
    };
  }

  async #digest(state: NotifyState, facts: NotifyFacts): Promise<Notice> {
    const { environment, settings, sight } = this.parts;
    const day: DayFacts = {
      alarmsOn: await this.#unlessUnseen('alarms', () => sight.alarmsOn()),
      suspects: await this.#unlessUnseen('suspects', () => sight.suspects(state.digestAt, facts.now)),
    };
    const current = conditionsOf(facts, settings);
    const conditions = CONDITIONS.filter((condition) => current.get(condition) === true);
    return digestNotice(environment, facts, conditions, state.day, day);
  }

  /** `decidedUntil` before the bans: whatever is decided until then is among them. */
  async #facts(): Promise<NotifyFacts> {
    const { ledger, clock, policy, sight } = this.parts;
    const now = Math.floor(clock() / 1000);
    const judged = await ledger.judgedThrough();
    const [bans, lastRun, pause, feeds] = await Promise.all([
      ledger.bansInForce(now),
      ledger.lastRun(),
      ledger.paused(),
      ledger.feedsInForce(now),
    ]);
    const seen = await this.#unlessUnseen('records', async () => ({ at: await sight.lastRecords(now) }));
    return {
      now,
      decidedUntil: judged === undefined ? undefined : decisionTime(judged, policy),
      bans,
      lastRun,
      pause,
      lastRecords: seen === undefined ? 'unknown' : seen.at,
      feeds,
    };
  }

  /** What CloudWatch does not say is left out: the ledger has the most of it. */
  async #unlessUnseen<T>(what: string, look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      this.parts.warn(`${what} could not be asked of CloudWatch`, { because: String(error) });
      return undefined;
    }
  }
}

/** Messages that are due, and what the state is with and without their being sent. */
interface Due {
  readonly notices: readonly Notice[];
  readonly always: Pick<NotifyState, 'told'>;
  readonly onceSent: Partial<NotifyState>;
}

/** Spells that were told already, as they are now; what began or ended is told first. */
function onlyKnown(told: NotifyState['told'], before: NotifyState['told']): NotifyState['told'] {
  const kept = CONDITIONS.flatMap((condition) => {
    const spell = before[condition] === undefined ? undefined : (told[condition] ?? before[condition]);
    return spell === undefined ? [] : [[condition, spell] as const];
  });
  return Object.fromEntries(kept);
}
