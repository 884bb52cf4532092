import type { ParsedPbxLine } from './event';
import { ACCOUNT, ADDRESS, DOMAIN, sourceOf } from './fields';

/**
 * FreeSWITCH's log with `log-auth-failures` on in the SIP profile (src/mod/endpoints/mod_sofia/sofia_reg.c):
 *
 *     [WARNING] sofia_reg.c:1842 SIP auth failure (REGISTER) on sofia profile 'internal' for [101@pbx] from ip 198.51.100.7
 *
 * User and domain are those of the To header. `failure` is a wrong answer or an account that does not exist, `challenge`
 * a request without an answer. Nothing says whether the nonce was sent to that address, so no line proves it.
 */
export function parseFreeswitch(body: string): ParsedPbxLine {
  if (!MARKER.test(body)) return undefined;
  const { outcome, name, address } = AUTH.exec(body)?.groups ?? UNKNOWN.exec(body)?.groups ?? {};
  const source = sourceOf(address);
  if (source === undefined) return NAMES_NOBODY.test(body) ? undefined : 'unsafe';
  const kind = KINDS[outcome ?? ''] ?? 'unknown';
  return { kind, source, proven: false, ...(name !== undefined && { name }) };
}

const MARKER = /^\[(?:WARNING|NOTICE)\] sofia_reg\.c:\d+ (?:SIP auth |Can't find user )/i;
const PREFIX = String.raw`^\[WARNING\] sofia_reg\.c:\d{1,6} `;
const USER = String.raw`\[(?<name>${ACCOUNT})@${DOMAIN}\]`;
const ADDRESS_AT_END = String.raw`(?<address>${ADDRESS})$`;

const AUTH = new RegExp(
  String.raw`${PREFIX}SIP auth (?<outcome>failure|challenge) \((?:REGISTER|INVITE)\) on sofia profile '[\w.-]{1,64}' for ${USER} from ip ${ADDRESS_AT_END}`,
);
const UNKNOWN = new RegExp(String.raw`${PREFIX}Can't find user ${USER} from ${ADDRESS_AT_END}`);
/** Older versions do not say who asked for the user. */
const NAMES_NOBODY = new RegExp(String.raw`${PREFIX}Can't find user ${USER}$`, 'i');

const KINDS: Readonly<Record<string, 'refused' | 'challenge'>> = {
  failure: 'refused',
  challenge: 'challenge',
};
