/**
 * Something that was named in a PBX's log, by its hash: an account, a number dialled, a scanner. 1 where a line with it
 * proves that somebody listens at the address. Names themselves are not kept.
 */
export type PbxName = readonly [name: string, proven: 0 | 1];

/** What PBX logs say of one source in one window. Those of several batches add up, in any order. */
export interface PbxActivity {
  /** Wrong passwords, and of those the ones whose line proves the address. */
  readonly refused: number;
  readonly proven: number;
  readonly succeeded: number;
  readonly challenges: number;
  /** Requests of no account's, and lines that say that there are too many requests. */
  readonly strangers: number;
  readonly floods: number;
  /** Accounts with a wrong password, accounts that do not exist, numbers dialled without an account, scanners. */
  readonly accounts: readonly PbxName[];
  readonly unknown: readonly PbxName[];
  readonly dialled: readonly PbxName[];
  readonly scanners: readonly PbxName[];
  /** Nonces that were sent to the source, and those that it answered with a wrong password; by hash. */
  readonly sent: readonly string[];
  readonly answered: readonly string[];
}

/** Most names kept of each kind: more than any rule needs to decide. */
export const MAX_NAMES = 16;
/** Most nonces kept of each kind. */
export const MAX_NONCES = 32;

/** What is counted, what is named, and the nonces. */
const COUNTS = ['refused', 'proven', 'succeeded', 'challenges', 'strangers', 'floods'] as const;
const NAMES = ['accounts', 'unknown', 'dialled', 'scanners'] as const;
const NONCES = ['sent', 'answered'] as const;

/** Nothing said. */
export const NO_PBX: PbxActivity = {
  refused: 0,
  proven: 0,
  succeeded: 0,
  challenges: 0,
  strangers: 0,
  floods: 0,
  accounts: [],
  unknown: [],
  dialled: [],
  scanners: [],
  sent: [],
  answered: [],
};

/** Sets are cut back to their bound when they are so many times larger. */
const SLACK = 4;

/**
 * Adds up what PBX logs say of one source in one window, in any order. Of names and nonces the ones with the least hashes
 * are kept: which ones those are does not depend on how lines are divided over batches, because each part keeps all that
 * could be among the least of the sum.
 */
export class PbxSum {
  readonly #counts: Record<Count, number> = {
    refused: 0,
    proven: 0,
    succeeded: 0,
    challenges: 0,
    strangers: 0,
    floods: 0,
  };
  readonly #names: Record<NameKind, Map<string, 0 | 1>> = {
    accounts: new Map(),
    unknown: new Map(),
    dialled: new Map(),
    scanners: new Map(),
  };
  readonly #nonces: Record<NonceKind, Set<string>> = { sent: new Set(), answered: new Set() };

  count(what: Count): void {
    this.#counts[what] += 1;
  }

  name(kind: NameKind, name: string, proven: 0 | 1): void {
    const names = this.#names[kind];
    if (proven === 1 || !names.has(name)) names.set(name, proven);
    if (names.size > SLACK * MAX_NAMES) {
      const kept = new Set(least(names.keys(), MAX_NAMES));
      for (const other of names.keys()) if (!kept.has(other)) names.delete(other);
    }
  }

  nonce(kind: NonceKind, nonce: string): void {
    const nonces = this.#nonces[kind];
    nonces.add(nonce);
    if (nonces.size > SLACK * MAX_NONCES) this.#nonces[kind] = new Set(least(nonces, MAX_NONCES));
  }

  add(part: PbxActivity): void {
    for (const count of COUNTS) this.#counts[count] += part[count];
    for (const kind of NAMES) for (const [name, proven] of part[kind]) this.name(kind, name, proven);
    for (const kind of NONCES) for (const nonce of part[kind]) this.nonce(kind, nonce);
  }

  total(): PbxActivity {
    const names = (kind: NameKind): PbxName[] =>
      least(this.#names[kind].keys(), MAX_NAMES).map((name) => [name, this.#names[kind].get(name) ?? 0]);
    return {
      ...this.#counts,
      accounts: names('accounts'),
      unknown: names('unknown'),
      dialled: names('dialled'),
      scanners: names('scanners'),
      sent: least(this.#nonces.sent, MAX_NONCES),
      answered: least(this.#nonces.answered, MAX_NONCES),
    };
  }
}

type Count = (typeof COUNTS)[number];
type NameKind = (typeof NAMES)[number];
type NonceKind = (typeof NONCES)[number];

function least(hashes: Iterable<string>, most: number): string[] {
  return [...hashes].sort().slice(0, most);
}

/** Requests that the lines stand for, for a source's weight. */
export function pbxRequests(pbx: PbxActivity): number {
  const counted = pbx.refused + pbx.challenges + pbx.succeeded + pbx.strangers + pbx.floods;
  return counted + pbx.unknown.length + pbx.dialled.length + pbx.scanners.length;
}

/**
 * Wrong passwords that answer a nonce which the log says was sent to this very address, now or just before. Nobody knows
 * it who does not receive what is sent there: a nonce that was sent elsewhere, or was made up, is not among them.
 */
export function answeredChallenges(now: PbxActivity, before: PbxActivity = NO_PBX): number {
  const sent = new Set([...now.sent, ...before.sent]);
  return now.answered.filter((nonce) => sent.has(nonce)).length;
}
