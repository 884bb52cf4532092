import fc from 'fast-check';
import { PBX_DIALECTS, type PbxDialect, PbxLogReader } from '../../lambda/pbx-log';

const ATTACKER = '198.51.100.7';
const VICTIM = '203.0.113.66';

/** Lines as the programs write them, with places for what the other side chooses. */
const LINES: Readonly<Record<PbxDialect, readonly ((text: string, other: string) => string)[]>> = {
  asterisk: [
    (account, id) =>
      `[2026-11-25 22:07:40] SECURITY[73]: res_security_log.c:114 security_event_stasis_cb: SecurityEvent="ChallengeResponseFailed",EventTV="2026-11-25T22:07:40.182+1000",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="${account}",SessionID="${id}",LocalAddress="IPV4/UDP/10.20.1.10/5060",RemoteAddress="IPV4/UDP/${ATTACKER}/58502",Challenge="1/a",Response="b",ExpectedResponse=""`,
    (nonce, response) =>
      `[2026-11-25 22:07:40] SECURITY[73]: res_security_log.c:114: SecurityEvent="ChallengeResponseFailed",EventTV="1-2",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="1",SessionID="2",LocalAddress="IPV4/UDP/10.20.1.10/5060",RemoteAddress="IPV4/UDP/${ATTACKER}/58502",Challenge="${nonce}",Response="${response}",ExpectedResponse=""`,
    (_, number) =>
      `[2026-11-25 22:07:40] NOTICE[8]: res_pjsip_session.c:4001 new_invite: Call from 'anonymous' (UDP:${ATTACKER}:5060) to extension '${number}' rejected because extension not found in context 'public'.`,
  ],
  'asterisk-messages': [
    (from, id) =>
      `[Nov 25 22:07:40] NOTICE[897]: res_pjsip/pjsip_distributor.c:688 log_failed_request: Request 'REGISTER' from '${from}' failed for '${ATTACKER}:58502' (callid: ${id}) - Failed to authenticate`,
    (from, method) =>
      `[Nov 25 22:07:40] NOTICE[897]: res_pjsip/pjsip_distributor.c:688 log_failed_request: Request '${method}' from '${from}' failed for '${ATTACKER}:58502' (callid: 1) - No matching endpoint found`,
    (from) =>
      `[2026-11-25 22:07:40] NOTICE[764] chan_sip.c: Registration from '${from}' failed for '${ATTACKER}:5580' - Wrong password`,
    (account) =>
      `[2026-11-25 22:07:40] NOTICE[764] chan_sip.c: ${ATTACKER} failed to authenticate as '${account}'`,
  ],
  freeswitch: [
    (user, domain) =>
      `2026-11-25 22:07:40.123456 [WARNING] sofia_reg.c:1842 SIP auth failure (REGISTER) on sofia profile 'internal' for [${user}@${domain}] from ip ${ATTACKER}`,
    (user, domain) =>
      `2026-11-25 22:07:40.123456 [WARNING] sofia_reg.c:2914 Can't find user [${user}@${domain}] from ${ATTACKER}`,
  ],
  kamailio: [
    (callId, agent) =>
      ` 1(811) NOTICE: {1 1 REGISTER ${callId}} <script>: ringfence event=scanner proto=udp src=${ATTACKER} name=${Buffer.from(agent).toString('hex')}`,
    (from, callId) =>
      ` 1(811) ALERT: {1 1 OPTIONS ${callId}} <script>: ALERT: pike blocking OPTIONS from ${from} (IP:${ATTACKER}:5060)`,
  ],
};

/** Words of all the formats, with the victim's address in them: what somebody writes who has read our source. */
const WORDS = [
  '"',
  "'",
  ']',
  ')',
  '}',
  ' ',
  ',',
  '>',
  '101',
  '<sip:101@pbx>',
  'sip:101@pbx',
  VICTIM,
  `${VICTIM}:5060`,
  `",SessionID="1",LocalAddress="IPV4/UDP/10.20.1.10/5060",RemoteAddress="IPV4/TCP/${VICTIM}/5060"`,
  `,RemoteAddress="IPV4/TCP/${VICTIM}/5060"`,
  `,Challenge="`,
  `,ACLName="`,
  `' failed for '${VICTIM}:5060' (callid: 1) - Failed to authenticate`,
  ` - Wrong password`,
  ` failed for '${VICTIM}:5060' - Wrong password`,
  `' (${VICTIM}:5060) to extension '1`,
  `] from ip ${VICTIM}`,
  ` from ${VICTIM}`,
  ` for [1@x`,
  `} <script>: ringfence event=refused proto=tcp src=${VICTIM} name=00`,
  `} <script>: ALERT: pike blocking OPTIONS from sip:1@x (IP:${VICTIM}:5060)`,
  ` (IP:${VICTIM}:5060)`,
  ` src=${VICTIM}`,
  '[2026-11-25 22:07:40] ',
  'x'.repeat(900),
];

const hostile = fc.oneof(
  fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((words) => words.join('')),
  fc
    .array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 12 })), { maxLength: 5 })
    .map((words) => words.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

function sourcesIn(dialect: PbxDialect, lines: readonly string[]) {
  const reader = new PbxLogReader(dialect);
  return lines.flatMap((line) => reader.read(line)?.event ?? []);
}

describe.each(PBX_DIALECTS)('%s', (dialect) => {
  const lines = fc.constantFrom(...LINES[dialect]);

  test('whatever is written into the fields, a line names who sent it or nobody', () => {
    fc.assert(
      fc.property(lines, hostile, hostile, (line, a, b) => {
        const oneLine = (text: string) => text.replaceAll(/[\r\n]/g, ' ');
        const found = sourcesIn(dialect, [line(oneLine(a), oneLine(b))]);
        expect(found.filter(({ source }) => source !== ATTACKER)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  test('cut off anywhere, a line that was too long names nobody', () => {
    fc.assert(
      fc.property(lines, hostile, fc.integer({ min: 1024, max: 2000 }), (line, text, length) => {
        const long = `${text.replaceAll(/[\r\n]/g, ' ')}${'y'.repeat(2000)}`;
        expect(sourcesIn(dialect, [line(long, long).slice(0, length)])).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('an event with a line end inside names nobody else', () => {
    const ends = fc.constantFrom('\n', '\r', '\u0000', '\u001b[31m', '\u2028');
    fc.assert(
      fc.property(lines, hostile, hostile, ends, (line, a, b, end) => {
        const text = `${a}${end}${b}`;
        const found = sourcesIn(dialect, [line(text, text)]);
        expect(found.filter(({ source }) => source !== ATTACKER)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('nothing makes the reader throw or hang', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1200 }), (text) => void sourcesIn(dialect, [text])),
    );
    const long = '[WARNING] '.repeat(90);
    sourcesIn(dialect, [long, `NOTICE[1]: ${' '.repeat(900)}`, `ALERT: ${'{'.repeat(900)}`]);
  });
});
