import { type PbxDialect, PbxLogReader } from '../../lambda/pbx-log';

function read(line: string, dialect: PbxDialect = 'asterisk') {
  const reader = new PbxLogReader(dialect);
  const found = reader.read(line);
  return { ...found, counts: reader.counts };
}

const TAIL = 'LocalAddress="IPV4/UDP/10.20.1.10/5060",RemoteAddress="IPV4/UDP/198.51.100.7/58502"';

/** The fields that an attacker would like to be read. */
const VICTIM = 'LocalAddress="IPV4/UDP/10.20.1.10/5060",RemoteAddress="IPV4/UDP/203.0.113.66/5060"';

/** As in logs that people published of Asterisk 13 to 22, with other addresses. */
function security(
  event: string,
  over: { account?: string; id?: string; tail?: string; service?: string } = {},
) {
  const { account = '101', id = '1066330060-945798139', tail = TAIL, service = 'PJSIP' } = over;
  return `[2026-11-25 22:07:40] SECURITY[73]: res_security_log.c:114 security_event_stasis_cb: SecurityEvent="${event}",EventTV="2026-11-25T22:07:40.182+1000",Severity="Error",Service="${service}",EventVersion="1",AccountID="${account}",SessionID="${id}",${tail}`;
}

describe("Asterisk's security log", () => {
  test.each([
    ['ChallengeSent', `${TAIL},Challenge="1765/0ac8"`, { kind: 'challenge', nonce: '1765/0ac8' }],
    [
      'ChallengeResponseFailed',
      `${TAIL},Challenge="1765/0ac8",Response="9bad",ExpectedResponse=""`,
      { kind: 'refused', name: '101', nonce: '1765/0ac8' },
    ],
    [
      'InvalidPassword',
      `${TAIL},Challenge="0f254d69",ReceivedChallenge="0f254d69",ReceivedHash="1d46"`,
      { kind: 'refused', name: '101', nonce: '0f254d69' },
    ],
    ['InvalidAccountID', TAIL, { kind: 'unknown', name: '101' }],
    ['FailedACL', `${TAIL},ACLName="lan"`, { kind: 'stranger' }],
    ['SuccessfulAuth', `${TAIL},UsingPassword="1"`, { kind: 'success' }],
  ])('%s', (event, tail, expected) => {
    const { event: found, counts } = read(security(event, { tail }));
    expect(found).toMatchObject({ source: '198.51.100.7', proven: false, ...expected });
    expect(counts).toEqual({ read: 1, used: 1, unsafe: 0, illegible: 0 });
  });

  test('a connection proves the address, with IPv6 too', () => {
    const tail = 'LocalAddress="IPV6/TLS/2001:db8::10/5061",RemoteAddress="IPV6/TLS/2001:DB8:0::7/40000"';
    expect(read(security('InvalidAccountID', { tail })).event).toMatchObject({
      source: '2001:db8::7',
      proven: true,
    });
  });

  test('an account that Asterisk does not have is unknown, by no name', () => {
    const { event } = read(security('ChallengeResponseFailed', { account: '<unknown>' }));
    expect(event).toEqual({ kind: 'unknown', source: '198.51.100.7', proven: false });
  });

  test.each([
    [
      'a success without a password, as of a trunk',
      security('SuccessfulAuth', { tail: `${TAIL},UsingPassword="0"` }),
    ],
    ['a login to the manager interface', security('InvalidPassword', { service: 'AMI' })],
    ['an event of another kind', security('RequestBadFormat')],
    ['another message', '[2026-11-25 22:07:40] NOTICE[897]: chan_sip.c:1 f: Peer 101 is now Reachable'],
    ['the same failure in the messages log, which would count twice', messages('Failed to authenticate')],
  ])('%s says nothing', (_, line) => {
    expect(read(line).counts).toEqual({ read: 1, used: 0, unsafe: 0, illegible: 0 });
  });

  test.each([
    ['an old header without line and function', '[Nov 25 22:07:40] SECURITY[73] res_security_log.c: '],
    [
      'a newer one',
      '[2026-11-25 22:07:40.182] SECURITY[73] res_security_log.c:116 in security_event_stasis_cb: ',
    ],
    [
      'syslog',
      'Nov 25 22:07:40 pbx asterisk[811]: SECURITY[73]: res_security_log.c:114 security_event_stasis_cb: ',
    ],
    ['RFC 3339', '2026-11-25T22:07:40.182+00:00 pbx asterisk[811]: SECURITY[73]: res_security_log.c:114: '],
  ])('%s', (_, header) => {
    const body = security('InvalidAccountID').replace(/^.*?(?=SecurityEvent)/, '');
    expect(read(header + body).event).toMatchObject({ kind: 'unknown', source: '198.51.100.7' });
  });

  /** Quotes are not escaped, and a Call-ID may hold them. */
  test.each([
    ['a Call-ID that ends its field and begins a RemoteAddress', { id: `x",${VICTIM}` }],
    ['… and swallows the rest into a field', { id: `x",${VICTIM},X="` }],
    ['… into one that may follow', { id: `x",${VICTIM},Challenge="` }],
    ['an account that does', { account: `1",SessionID="2",${VICTIM},ACLName="` }],
    [
      'a second RemoteAddress after the first',
      { tail: `${TAIL},RemoteAddress="IPV4/UDP/203.0.113.66/5060"` },
    ],
    ['an address that is none', { tail: TAIL.replace('198.51.100.7', '198.51.100.777') }],
  ])('%s is dropped', (_, over) => {
    expect(read(security('InvalidAccountID', over)).counts).toMatchObject({ used: 0, unsafe: 1 });
  });
});

function messages(reason: string, over: { from?: string; method?: string; callId?: string } = {}) {
  const { from = '<sip:101@10.20.1.10>', method = 'REGISTER', callId = '1066330060-945798139' } = over;
  return `[Nov 25 22:07:40] NOTICE[897]: res_pjsip/pjsip_distributor.c:688 log_failed_request: Request '${method}' from '${from}' failed for '198.51.100.7:58502' (callid: ${callId}) - ${reason}`;
}

const chanSip = (message: string) => `[2026-11-25 22:07:40] NOTICE[764][C-0000001f] chan_sip.c: ${message}`;

describe("Asterisk's messages log", () => {
  const source = '198.51.100.7';
  test.each([
    [messages('Failed to authenticate'), { kind: 'refused', name: '101' }],
    [
      messages('No matching endpoint found', { from: '"101" <sip:101@10.20.1.10>' }),
      { kind: 'unknown', name: '101' },
    ],
    [messages('No matching endpoint found after 5 tries in 1201.250 ms'), { kind: 'unknown' }],
    [messages('No matching endpoint found', { method: 'INVITE' }), { kind: 'stranger' }],
    [
      chanSip(
        `Registration from '"999" <sip:999@10.20.1.10>' failed for '198.51.100.7:5580' - Wrong password`,
      ),
      { kind: 'refused', name: '999' },
    ],
    [
      chanSip(`Registration from '<sip:100@pbx>' failed for '198.51.100.7' - No matching peer found`),
      { kind: 'unknown' },
    ],
    [
      chanSip(`Registration from '<sip:100@pbx>' failed for '198.51.100.7' - ACL error (permit/deny)`),
      { kind: 'stranger' },
    ],
    [chanSip(`Host 198.51.100.7 failed to authenticate as '101'`), { kind: 'refused', name: '101' }],
    [
      chanSip(
        `Call from '' (198.51.100.7:5071) to extension '900441519470495' rejected because extension not found in context 'default'.`,
      ),
      { kind: 'call', name: '900441519470495' },
    ],
  ])('%s', (line, expected) => {
    expect(read(line, 'asterisk-messages').event).toMatchObject({ source, proven: false, ...expected });
  });

  test('calls are read with the security log too, where nothing else has them', () => {
    const line = `[2026-11-25 22:07:40] NOTICE[8]: res_pjsip_session.c:4001 new_invite: Call from 'anonymous' (UDP:198.51.100.7:5060) to extension '100' rejected because extension not found in context 'public'.`;
    expect(read(line).event).toMatchObject({ kind: 'call', name: '100', source });
  });

  test('somebody of ours who misdials is nobody to look at', () => {
    const line = chanSip(
      `Call from '101' (198.51.100.7:5071) to extension '99' rejected because extension not found in context 'lan'.`,
    );
    expect(read(line, 'asterisk-messages').counts).toMatchObject({ used: 0, unsafe: 0 });
  });

  test.each([
    [
      'a From header with the words of the log',
      messages('Failed to authenticate', {
        from: "<sip:1@x>' failed for '203.0.113.66:5060' (callid: 1) - Failed to authenticate",
      }),
    ],
    [
      'a Call-ID with them',
      messages('Failed to authenticate', { callId: '1) - Failed to authenticate after 1 tries in 0.000 ms' }),
    ],
    ['a reason that is not known', messages('Some other thing') + ' x1'],
    ['a display name with a quote', messages('Failed to authenticate', { from: `"a\\"b" <sip:1@x>` })],
    [
      'a line of another source file',
      messages('Failed to authenticate').replace('res_pjsip/pjsip_distributor.c', 'app_verbose.c'),
    ],
  ])('%s is dropped', (_, line) => {
    expect(read(line, 'asterisk-messages').counts).toMatchObject({ used: 0, unsafe: 1 });
  });
});
