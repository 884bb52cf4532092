/** One thing that happened between a source and the PBX. */
export interface Attempt {
  /** Seconds from the start of the log. */
  readonly at: number;
  readonly outcome: 'refused' | 'unknown' | 'success' | 'scanner' | 'call' | 'stranger';
  /** The account, number or user agent. */
  readonly name: string;
  /** Whether a request without a password, and its challenge, came before. */
  readonly isChallenged: boolean;
}

/** A source, what it is, and what it does. */
export interface Actor {
  readonly name: string;
  readonly isAttack: boolean;
  readonly attempts: readonly Attempt[];
}

/** Numbers from 0 to below 1. */
export type Random = () => number;

const MINUTE = 60;
const HOUR = 3600;

interface Pace {
  readonly from?: number;
  readonly for: number;
  /** Seconds between attempts. */
  readonly every: number;
  /** How much an interval differs, as a share of it. */
  readonly jitter: number;
}

/** Times at a pace, in order. */
function times({ from = 0, for: length, every, jitter }: Pace, random: Random): number[] {
  const found: number[] = [];
  for (let at = from; at < from + length; at += every * (1 + jitter * (2 * random() - 1))) found.push(at);
  return found;
}

function refused(name: string, pace: Pace, isChallenged: boolean, random: Random): Attempt[] {
  return times(pace, random).map((at) => ({ at, outcome: 'refused', name, isChallenged }));
}

/**
 * A guesser of one account's password, as svcrack 0.3.3 goes about it: each 401 brings the nonce for the next password, so
 * only the first try asks for a challenge. Some tools ask anew each time.
 */
export function guesser(every: number, length: number, isChallenged: boolean, random: Random): Attempt[] {
  const [first, ...rest] = refused('101', { for: length, every, jitter: 0.05 }, isChallenged, random);
  return first === undefined ? [] : [{ ...first, isChallenged: true }, ...rest];
}

/** svwar, or svcrack on a range: one account after the other, none of which exists. */
export function enumerator(every: number, length: number, random: Random): Attempt[] {
  return times({ for: length, every, jitter: 0.05 }, random).map((at, i) => ({
    at,
    outcome: 'unknown',
    name: String(2000 + i),
    isChallenged: true,
  }));
}

/** A few passwords for each of a list of accounts that exist. */
export function listWorker(every: number, tries: number, length: number, random: Random): Attempt[] {
  return times({ for: length, every, jitter: 0.05 }, random).map((at, i) => ({
    at,
    outcome: 'refused',
    name: String(100 + Math.floor(i / tries)),
    isChallenged: true,
  }));
}

/** INVITEs without an account, one to each number. */
export function ghostCaller(numbers: readonly string[], every: number, random: Random): Attempt[] {
  return times({ for: numbers.length * every, every, jitter: 0 }, random).map((at, i) => ({
    at,
    outcome: 'call',
    name: numbers[i] ?? '100',
    isChallenged: false,
  }));
}

/**
 * A phone whose saved password is wrong. It waits for its retry time and begins anew, without a password; some keep the
 * last challenge and send the password at once.
 */
export function wrongPhone(
  account: string,
  every: number,
  keepsChallenge: boolean,
  random: Random,
  from = 0,
  length = 4 * HOUR,
): Attempt[] {
  return refused(account, { from, for: length - from, every, jitter: 0.1 }, !keepsChallenge, random);
}

/** A phone that registers as it should. */
export function goodPhone(account: string, every: number, random: Random, from = 0): Attempt[] {
  return times({ from, for: 4 * HOUR - from, every, jitter: 0.05 }, random).map((at) => ({
    at,
    outcome: 'success',
    name: account,
    isChallenged: true,
  }));
}

/** Requests of one kind at a pace. */
export function steady(outcome: Attempt['outcome'], name: string, every: number, random: Random): Attempt[] {
  return times({ for: 4 * HOUR, every, jitter: 0.05 }, random).map((at) => ({
    at,
    outcome,
    name,
    isChallenged: false,
  }));
}

export { HOUR, MINUTE };
