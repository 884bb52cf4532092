import type { ParsedPbxLine, PbxEventKind } from './event';
import { ACCOUNT, ADDRESS, ADDRESS_BEFORE_PORT, CALL_ID, DOMAIN, PORT, sourceOf } from './fields';

/**
 * Asterisk's messages log: what chan_sip and PJSIP say of requests that fail. The From header, the Call-ID and the number
 * dialled stand before or after the address in these lines, and Asterisk decodes `%0a` in some of them; so a line is only
 * read where they hold nothing that the format needs, and none proves its address. The security log is the better source.
 */
export function parseAsteriskMessage(body: string): ParsedPbxLine {
  if (!MARKER.test(body)) return undefined;
  const [, place = '', message = ''] = PREFIX.exec(body) ?? [];
  const form = FORMS.find(({ file }) => file.test(place));
  if (form === undefined) return 'unsafe';
  for (const { line, kind } of form.lines) {
    const fields = line.exec(message)?.groups;
    if (fields === undefined) continue;
    const source = sourceOf(fields['address']);
    const found = kind(fields);
    if (source === undefined) return 'unsafe';
    if (found === undefined) return undefined;
    const name = fields['name'];
    return { kind: found, source, proven: false, ...(name !== undefined && { name }) };
  }
  return 'unsafe';
}

const MARKER =
  /^NOTICE\[\d+\].{0,120}: (?:Registration from '|Request '\w+' from '|Call from '|[^']{2,60} failed to authenticate as ')/;
const PREFIX = /^NOTICE\[\d+\](?:\[C-[0-9a-f]{8}\])?:? ([\w/]+\.c)(?::\d+)?(?: (?:in )?\w+)?: (.*)$/;

/** A From header: maybe a display name of letters, digits and spaces, and a URI without parameters of its own. */
const FROM = String.raw`(?:"[\w .+-]{0,64}" ?)?<?sips?:(?:(?<name>${ACCOUNT})@)?${DOMAIN}(?:;[\w=.-]{1,64}){0,4}>?`;
const AT = String.raw`(?<address>${ADDRESS_BEFORE_PORT})`;

interface Form {
  readonly line: RegExp;
  readonly kind: (fields: Readonly<Record<string, string | undefined>>) => PbxEventKind | undefined;
}

const REGISTRATION_REASONS: Readonly<Record<string, PbxEventKind>> = {
  'Wrong password': 'refused',
  'Username/auth name mismatch': 'refused',
  'No matching peer found': 'unknown',
  'Not a local domain': 'stranger',
  'Device does not match ACL': 'stranger',
  'ACL error (permit/deny)': 'stranger',
  'Peer is not supposed to register': 'stranger',
};

const REQUEST_REASONS: Readonly<Record<string, PbxEventKind>> = {
  'Failed to authenticate': 'refused',
  'No matching endpoint found': 'unknown',
  'Not match Endpoint ACL': 'stranger',
  'Not match Endpoint Contact ACL': 'stranger',
};

/** `Registration from '"101" <sip:101@pbx>' failed for '198.51.100.7:5060' - Wrong password` */
const registration: Form = {
  line: new RegExp(
    String.raw`^Registration from '${FROM}' failed for '${AT}(?::${PORT})?' - (?<reason>[\w /()]{5,60})$`,
  ),
  kind: ({ reason = '' }) => own(REGISTRATION_REASONS, reason),
};

/** `198.51.100.7 failed to authenticate as '101'`, with `Host` in front where chan_sip says it of a call. */
const host: Form = {
  line: new RegExp(
    String.raw`^(?:Host )?(?<address>${ADDRESS}) failed to authenticate as '(?<name>${ACCOUNT})'$`,
  ),
  kind: () => 'refused',
};

/**
 * `Request 'REGISTER' from '<sip:101@pbx>' failed for '198.51.100.7:5060' (callid: 1-2) - Failed to authenticate`
 * An endpoint is looked for in the From header of any request: only of a registration it is an account that is tried.
 */
const request: Form = {
  line: new RegExp(
    String.raw`^Request '(?<method>[A-Z]{3,16})' from '${FROM}' failed for '${AT}:${PORT}' \(callid: ${CALL_ID}\) - (?<reason>[A-Za-z ]{5,40}?)(?: after \d{1,9} tries in \d{1,9}\.\d{3} ms)?$`,
  ),
  kind: ({ method, reason = '' }) => {
    const kind = own(REQUEST_REASONS, reason);
    return kind === 'unknown' && method !== 'REGISTER' ? 'stranger' : kind;
  },
};

/**
 * `Call from '' (198.51.100.7:5060) to extension '100' rejected because extension not found in context 'default'.`
 * With a name, somebody of ours misdialled; PJSIP calls who has none `anonymous`, and says the transport.
 */
const call: Form = {
  line: new RegExp(
    String.raw`^Call from '(?<caller>[\w.-]{0,64})' \((?:[A-Za-z]{2,4}6?:)?${AT}:${PORT}\) to extension '(?<name>${ACCOUNT})' rejected because extension not found in context '[\w.-]{1,80}'\.$`,
  ),
  kind: ({ caller }) => (caller === '' || caller === 'anonymous' ? 'call' : undefined),
};

/** What each of Asterisk's source files says. */
const FORMS: readonly { readonly file: RegExp; readonly lines: readonly Form[] }[] = [
  { file: /^chan_sip\.c$/, lines: [registration, host, call] },
  { file: /^res_pjsip\/pjsip_distributor\.c$/, lines: [request] },
  { file: /^res_pjsip_session\.c$/, lines: [call] },
];

function own(reasons: Readonly<Record<string, PbxEventKind>>, reason: string): PbxEventKind | undefined {
  return Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
}
