import { specialRange, tryParseCidr } from '../address';

/** Where feeds may be read from. */
export interface FeedPlaces {
  /** Whether this machine may be asked, also over plain HTTP: for the command line. @default false */
  readonly thisMachine?: boolean;
}

/**
 * What is wrong with where a feed is to be read from, or undefined. Plain HTTP: anybody on the way could write the
 * list. Private and special addresses: what answers there is no publisher's server, but perhaps a service of the machine
 * or network that asks.
 */
export function urlProblem(url: string, { thisMachine = false }: FeedPlaces): string | undefined {
  const filled = url.replace(/\{(?:key|page)\}/g, 'x');
  if (/\s/.test(url) || !URL.canParse(filled)) return 'write an https:// URL';
  const { protocol, hostname, username, password } = new URL(filled);
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isThisMachine = host === 'localhost' || host === '127.0.0.1' || host === '::1';
  if (thisMachine && isThisMachine) return undefined;
  if (protocol !== 'https:')
    return 'write an https:// URL; anybody on the way could change a list over http://';
  if (username !== '' || password !== '')
    return 'a password does not belong into a URL: put it in a secret, and {key} in its place';
  const isName = tryParseCidr(host) === undefined;
  if (
    isThisMachine ||
    (isName && /(?:^|\.)(?:localhost|local|internal)$/i.test(host)) ||
    (!isName && isSpecial(host))
  )
    return `${host} is no server of the Internet`;
  return undefined;
}

function isSpecial(host: string): boolean {
  const cidr = tryParseCidr(host);
  return cidr !== undefined && specialRange(cidr) !== undefined;
}
