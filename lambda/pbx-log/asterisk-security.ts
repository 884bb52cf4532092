import type { ParsedPbxLine, PbxEventKind } from './event';
import { ADDRESS, isConnection, PORT, QUOTED, sourceOf } from './fields';

/**
 * Asterisk's security log, `res_security_log`: one line an event, values between double quotes, which it does not escape
 * (res/res_security_log.c has that as a to-do). So a Call-ID may hold whole fields of an attacker's making. The order of
 * the fields is fixed, and each is there once: a line with anything more or twice is unsafe.
 *
 * Fields: AccountID and SessionID (the Call-ID, or a pointer) are the other side's text, and so are Challenge and
 * Response of PJSIP (the nonce as it came, res/res_pjsip/security_events.c), ReceivedChallenge and ReceivedHash of
 * chan_sip. The account is what could hold a line end (Asterisk decodes `%0a`), but it is cut at 36 (PJSIP) or 80
 * characters, and no line of ours is that short: so the transport can be believed.
 */
export function parseAsteriskSecurity(body: string): ParsedPbxLine {
  if (!MARKER.test(body) || OTHER_SERVICE.test(body)) return undefined;
  const { event, account, address, transport, tail } = LINE.exec(body)?.groups ?? {};
  const more = TAIL.exec(tail ?? 'no')?.groups;
  const source = sourceOf(address);
  if (event === undefined || more === undefined || source === undefined) return 'unsafe';
  const kind = kindOf(event, account, more['password']);
  if (kind === undefined) return undefined;
  const nonce = nonceOf(kind, more);
  return {
    kind,
    source,
    proven: isConnection(transport ?? ''),
    ...(account !== undefined && account !== '' && account !== UNKNOWN && { name: account }),
    ...(nonce !== undefined && nonce !== '' && { nonce }),
  };
}

const MARKER = /^SECURITY\[\d+\].{0,80}SecurityEvent=/;
const PREFIX = String.raw`SECURITY\[\d+\](?:\[C-[0-9a-f]{8}\])?:? res_security_log\.c(?::\d+)?(?: (?:in )?\w+)?: `;
/** Logins to other services of Asterisk's, such as its manager interface: nothing about calls. */
const OTHER_SERVICE = new RegExp(
  `^${PREFIX}SecurityEvent="\\w+",EventTV="[\\w:.+-]*",Severity="\\w*",Service="(?!SIP"|PJSIP")\\w+"`,
);
const PLACE = (name: string, address: string, transport: string) =>
  `${name}="IPV[46]/${transport}/${address}/${PORT}"`;
const LINE = new RegExp(
  [
    `^${PREFIX}SecurityEvent="(?<event>\\w+)"`,
    'EventTV="[\\w:.+-]*"',
    'Severity="\\w*"',
    'Service="(?:SIP|PJSIP)"',
    'EventVersion="\\d+"',
    `AccountID="(?<account>${QUOTED})"`,
    `SessionID="${QUOTED}"`,
    PLACE('LocalAddress', ADDRESS, '\\w+'),
    `${PLACE('RemoteAddress', `(?<address>${ADDRESS})`, '(?<transport>\\w+)')}(?<tail>.*)$`,
  ].join(','),
);

/** What may follow the address, by event, each field once and in the order in which Asterisk writes them. */
const TAIL = new RegExp(
  '^' +
    [
      `(?:,Challenge="(?<challenge>${QUOTED})")?`,
      `(?:,ReceivedChallenge="(?<received>${QUOTED})")?`,
      `(?:,ReceivedHash="${QUOTED}")?`,
      `(?:,Response="${QUOTED}")?`,
      `(?:,ExpectedResponse="${QUOTED}")?`,
      `(?:,UsingPassword="(?<password>[01])")?`,
      '(?:,ACLName="[\\w.-]*")?',
      '(?:,Module="[\\w.-]*")?',
      '(?:,SessionTV="[\\w:.+-]*")?$',
    ].join(''),
);

/** Stands for an account that Asterisk does not have (res_pjsip/security_events.c). */
const UNKNOWN = '<unknown>';

function kindOf(
  event: string,
  account: string | undefined,
  password: string | undefined,
): PbxEventKind | undefined {
  switch (event) {
    case 'InvalidAccountID':
      return 'unknown';
    case 'ChallengeResponseFailed':
    case 'InvalidPassword':
      return account === UNKNOWN ? 'unknown' : 'refused';
    case 'ChallengeSent':
      return 'challenge';
    case 'FailedACL':
      return 'stranger';
    case 'SuccessfulAuth':
      return password === '1' ? 'success' : undefined;
    default:
      return undefined;
  }
}

/** Of chan_sip `Challenge` is ours and `ReceivedChallenge` the other side's; of PJSIP it is the one of who sent the message. */
function nonceOf(
  kind: PbxEventKind,
  { challenge, received }: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (kind === 'challenge') return challenge;
  return kind === 'refused' ? (received ?? challenge) : undefined;
}
