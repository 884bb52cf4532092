import type { PbxDialect } from '../../lambda/pbx-log';
import type { Attempt } from './attempts';

/** A line with its time, epoch seconds. */
export interface LogLine {
  readonly at: number;
  readonly line: string;
}

type Writer = (attempt: Attempt, source: string, time: Date, serial: number) => readonly string[];

const PBX = '10.20.1.10';

/** What a PBX writes of one source's attempts. @param start epoch seconds */
export function logOf(
  dialect: PbxDialect,
  attempts: readonly Attempt[],
  source: string,
  start: number,
): LogLine[] {
  return attempts.flatMap((attempt, i) => {
    const at = start + attempt.at;
    const lines = WRITERS[dialect](attempt, source, new Date(at * 1000), i);
    return lines.map((line) => ({ at, line }));
  });
}

const own = (time: Date) => time.toISOString().slice(0, 19).replace('T', ' ');

function security(time: Date, event: string, account: string, source: string, more: string): string {
  const stamp = time.toISOString().replace('Z', '+0000');
  return `[${own(time)}] SECURITY[1084] res_security_log.c:114 security_event_stasis_cb: SecurityEvent="${event}",EventTV="${stamp}",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="${account}",SessionID="a84b4c76e66710",LocalAddress="IPV4/UDP/${PBX}/5060",RemoteAddress="IPV4/UDP/${source}/5060"${more}`;
}

/** The order of events in res/res_pjsip/pjsip_distributor.c; an answer to a refusal has a nonce that no line told of. */
const asterisk: Writer = ({ outcome, name, isChallenged }, source, time, serial) => {
  const nonce = `${time.getTime()}/${serial}${isChallenged ? '' : 'u'}`;
  const challenge = security(time, 'ChallengeSent', name, source, `,Challenge="${nonce}"`);
  const first = isChallenged ? [challenge] : [];
  switch (outcome) {
    case 'refused':
      return [
        ...first,
        security(
          time,
          'ChallengeResponseFailed',
          name,
          source,
          `,Challenge="${nonce}",Response="0f",ExpectedResponse=""`,
        ),
      ];
    case 'unknown':
      return [security(time, 'InvalidAccountID', name, source, '')];
    case 'success':
      return [...first, security(time, 'SuccessfulAuth', name, source, ',UsingPassword="1"')];
    case 'call':
      return [
        `[${own(time)}] NOTICE[897] res_pjsip_session.c: Call from 'anonymous' (UDP:${source}:5060) to extension '${name}' rejected because extension not found in context 'public'.`,
      ];
    case 'stranger':
      return [security(time, 'FailedACL', 'anonymous', source, '')];
    case 'scanner':
      // Nothing in Asterisk's logs has the user agent.
      return [security(time, 'InvalidAccountID', '100', source, '')];
  }
};

const MESSAGE_REASONS = { refused: 'Failed to authenticate', unknown: 'No matching endpoint found' } as const;

const messages: Writer = (attempt, source, time) => {
  const { outcome, name } = attempt;
  const failed = (method: string, reason: string) => [
    `[${own(time)}] NOTICE[897] res_pjsip/pjsip_distributor.c: Request '${method}' from '<sip:${name || '100'}@${PBX}>' failed for '${source}:5060' (callid: a84b4c76e66710) - ${reason}`,
  ];
  if (outcome === 'refused' || outcome === 'unknown') return failed('REGISTER', MESSAGE_REASONS[outcome]);
  if (outcome === 'call') return asterisk(attempt, source, time, 0);
  if (outcome === 'success') return [];
  return failed('OPTIONS', MESSAGE_REASONS.unknown);
};

/** A wrong password gets a 403 without a challenge, so every try has to ask for one (sofia_reg.c). */
const freeswitch: Writer = ({ outcome, name }, source, time) => {
  const stamp = `${own(time)}.000000`;
  const auth = (what: string, method: string) =>
    `${stamp} [WARNING] sofia_reg.c:1842 SIP auth ${what} (${method}) on sofia profile 'internal' for [${name || '100'}@${PBX}] from ip ${source}`;
  const unknown = `${stamp} [WARNING] sofia_reg.c:2914 Can't find user [${name}@${PBX}] from ${source}`;
  switch (outcome) {
    case 'refused':
      return [auth('challenge', 'REGISTER'), auth('failure', 'REGISTER')];
    case 'unknown':
      return [auth('challenge', 'REGISTER'), unknown, auth('failure', 'REGISTER')];
    case 'success':
      return [auth('challenge', 'REGISTER')];
    case 'call':
      return [auth('challenge', 'INVITE')];
    default:
      return [];
  }
};

const kamailio: Writer = ({ outcome, name, isChallenged }, source, time) => {
  const prefix = `${time.toISOString()} sip1 /usr/sbin/kamailio[811]: NOTICE: {1 1 REGISTER a84b4c76e66710} <script>: ringfence`;
  const line = (event: string, bound: string) =>
    `${prefix} event=${event} proto=udp src=${source}${bound}${name === '' ? '' : ` name=${Buffer.from(name).toString('hex')}`}`;
  const first = isChallenged ? [`${prefix} event=challenge proto=udp src=${source}`] : [];
  return [...first, line(outcome, outcome === 'refused' ? ' bound=1' : '')];
};

const WRITERS: Readonly<Record<PbxDialect, Writer>> = {
  asterisk,
  'asterisk-messages': messages,
  freeswitch,
  kamailio,
};
