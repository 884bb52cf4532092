import { formatCidr, parseCidr } from '../../../lambda/address';
import type { Ban } from '../../../lambda/blacklist/ban';
import { time } from '../support/table';

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const;

/** A length of time in its two largest units, rounded down: `2 h 13 min`, `45 s`. @param seconds ≥ 0 */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const index = UNITS.findIndex(([, size]) => whole >= size);
  const unit = UNITS[index];
  if (unit === undefined) return `${whole} s`;
  const [name, size] = unit;
  const [nextName, nextSize] = UNITS[index + 1] ?? ['s', 1];
  const rest = Math.floor((whole % size) / nextSize);
  return `${Math.floor(whole / size)} ${name}${rest === 0 ? '' : ` ${rest} ${nextName}`}`;
}

/** `3 min ago`, `in 2 h`, `now`. Both times epoch seconds. */
export function relative(at: number, now: number): string {
  if (Math.abs(at - now) < 1) return 'now';
  return at < now ? `${span(now - at)} ago` : `in ${span(at - now)}`;
}

/** A time as people compare it with other logs, and how far it is: `2025-11-25 00:03:20Z (3 min ago)`. */
export function timeAndDistance(at: number, now: number): string {
  return `${time(at)} (${relative(at, now)})`;
}

/** A CIDR as people say it: a single address without its prefix length. */
export function shortCidr(cidr: string): string {
  const { family, prefixLength } = parseCidr(cidr);
  const isAddress = prefixLength === (family === 4 ? 32 : 128);
  return isAddress ? formatCidr(parseCidr(cidr)).replace(/\/\d+$/, '') : cidr;
}

/** Why a ban was made, in one sentence. */
export function reasonOf({ because, evidence }: Pick<Ban, 'because' | 'evidence'>): string {
  if (because !== undefined) return because;
  return evidence.map(({ detail }) => detail).join('; ') || 'no reason is recorded';
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** Who did it: of a role's session the role and the session, of a user the name; all of anything else. */
export function shortIdentity(by: string): string {
  return /^arn:[^:]*:(?:iam|sts)::\d+:(?:assumed-role|user|federated-user)\/(.+)$/.exec(by)?.[1] ?? by;
}
