import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import type { Versioned, WallsNote } from '../../lambda/blacklist/ledger';
import { decisionTime, defaultDetectionPolicy } from '../../lambda/detection';
import type { NotifySettings } from '../../lambda/notification/facts';
import type { Notice } from '../../lambda/notification/messages';
import { Notifier, type NotifierOutcome, type Sight } from '../../lambda/notification/notifier';
import type { NotifyState, NotifyStateStore } from '../../lambda/notification/notify-state';
import { ban, NOW } from '../enforcement/support/bans';

/** The state in memory, with the conditional write of the real one. */
export class MemoryStore implements NotifyStateStore {
  stored: Versioned<NotifyState> | undefined;

  read(): Promise<Versioned<NotifyState> | undefined> {
    return Promise.resolve(this.stored);
  }

  write(value: NotifyState, expected: number): Promise<boolean> {
    if ((this.stored?.version ?? 0) !== expected) return Promise.resolve(false);
    this.stored = { value, version: expected + 1 };
    return Promise.resolve(true);
  }
}

export const WELL: WallsNote = { slotsUsed: 3, slots: 36, overflow: 0, deniedByNothing: 0 };

/** An environment of which people are told. */
export class ToldEnvironment {
  readonly ledger = new MemoryLedger();
  readonly store = new MemoryStore();
  readonly mailbox: Notice[] = [];
  readonly warnings: string[] = [];
  now = NOW;
  settings: NotifySettings = { bans: true, everySeconds: 3600, digestHour: undefined, silenceSeconds: 1200 };
  sight: Sight = {
    lastRecords: (now) => Promise.resolve(now - 300),
    alarmsOn: () => Promise.resolve([]),
    suspects: () => Promise.resolve(0),
  };
  publish: (notice: Notice) => Promise<void> = (notice) => {
    this.mailbox.push(notice);
    return Promise.resolve();
  };

  notifier(): Notifier {
    return new Notifier({
      environment: 'prod',
      policy: defaultDetectionPolicy,
      ledger: this.ledger,
      store: this.store,
      sight: this.sight,
      publish: (notice) => this.publish(notice),
      settings: this.settings,
      clock: () => this.now * 1000,
      warn: (message) => this.warnings.push(message),
    });
  }

  run(): Promise<NotifierOutcome> {
    return this.notifier().run();
  }

  /** A run of the enforcer, just now. */
  async enforced(walls: WallsNote = WELL): Promise<void> {
    await this.ledger.recordRun({ at: this.now, ok: true, changes: 0, walls });
  }

  /** The detector judges the window that decides now, with these bans in it. */
  async judged(...sources: readonly (string | readonly [string, object])[]): Promise<void> {
    const { windowSeconds, graceSeconds } = defaultDetectionPolicy;
    const window = Math.floor((this.now - windowSeconds - graceSeconds) / 60) * 60;
    for (const one of sources) {
      const [source, change] = typeof one === 'string' ? [one, {}] : one;
      const bannedAt = decisionTime(window, defaultDetectionPolicy);
      await this.ledger.putBan(
        ban(source, { bannedAt, expiresAt: bannedAt + 3600, evidence: [evidence(bannedAt)], ...change }),
        'detector',
      );
    }
    await this.ledger.advanceJudgedThrough(window);
  }

  async later(seconds: number): Promise<void> {
    this.now += seconds;
    await this.enforced();
  }
}

function evidence(at: number) {
  const detail = '3 own addresses that never answered SIP in 1 h';
  return { rule: 'dark-addresses', at, detail, score: 10, forgeable: false };
}
