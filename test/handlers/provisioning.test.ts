import { provisioningFunction } from '../../lambda/handlers/provisioning';
import type { Player } from '../cli/operate/support/front';
import { OperatedEnvironment } from '../cli/operate/support/environment';
import { ban, NOW } from '../enforcement/support/bans';
import { feed } from '../enforcement/support/feeds';
import { ServedFunction } from './support/stage';
import { RecordedTelemetry } from './support/telemetry';

const MAC = '001565aabbcc';
const PHONE = { user: MAC, password: 'correct-horse-battery' };
const READER = { user: 'paloalto', password: 'a-long-list-password' };
const BANNED = '198.51.100.7';

const PHONES = {
  [MAC]: {
    vendor: 'yealink',
    password: PHONE.password,
    sip: { server: 'sip.example.com', user: '1001', password: 'sip-secret' },
  },
  '00:0b:82:11:22:33': { vendor: 'grandstream', password: 'another-phone-password' },
};

/** Secrets Manager, as the function asks it (API reference, *GetSecretValue*). */
let secrets: Record<string, string>;
const playedSecrets: Player = (target, body) => {
  if (target !== 'secretsmanager.GetSecretValue') return undefined;
  const { SecretId } = JSON.parse(body) as { SecretId: string };
  const SecretString = secrets[SecretId];
  return SecretString === undefined
    ? { status: 400, body: '{"__type":"ResourceNotFoundException"}' }
    : { body: JSON.stringify({ ARN: SecretId, Name: SecretId, SecretString }) };
};

let environment: OperatedEnvironment;
let served: ServedFunction;
let telemetry: RecordedTelemetry;
let audit: Readonly<Record<string, unknown>>[];

async function start(
  change: Readonly<Record<string, unknown>> = {},
  ledgerTable = environment.cloud.deployment.ledgerTable,
) {
  const { deployment } = environment.cloud;
  served = await ServedFunction.start(
    provisioningFunction({
      variables: {
        RINGFENCE_LEDGER_TABLE: ledgerTable,
        RINGFENCE_DEPLOYMENT: JSON.stringify({ ...deployment, ...change }),
        RINGFENCE_PROVISIONING: JSON.stringify({
          phoneSecrets: ['phones'],
          listSecret: 'readers',
          sipPort: 5160,
          firmware: { yealink: 'https://firmware.example.com/T48.rom' },
        }),
      },
      telemetry: Object.assign(telemetry, {
        info: (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
          if (message === 'request') audit.push(fields);
        },
      }),
      clock: () => environment.clock.nowMs,
      settings: { endpoint: environment.endpoint, region: 'ap-southeast-2' },
    }),
  );
}

beforeEach(async () => {
  secrets = { phones: JSON.stringify(PHONES), readers: JSON.stringify({ [READER.user]: READER.password }) };
  telemetry = new RecordedTelemetry();
  audit = [];
  environment = await OperatedEnvironment.start({ players: [playedSecrets] });
  await environment.ledger.putBan(ban(BANNED), 'detector');
});
afterEach(async () => {
  await served.close();
  await environment.close();
});
/** Lets ten seconds go by, after which the ledger is read again. */
const later = () => (environment.clock.nowMs += 10_000);

describe("a phone's files", () => {
  beforeEach(() => start());

  it('are served to the phone that proves itself, with its account and what stops ghost calls', async () => {
    const { status, headers, body } = await served.get(`/${MAC}.cfg`, PHONE);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(body).toMatch(/^#!version:1\.0\.0\.1\n/);
    for (const line of [
      'features.direct_ip_call_enable = 0',
      'sip.trust_ctrl = 1',
      'sip.listen_port = 5160',
      'static.firmware.url = https://firmware.example.com/T48.rom',
      'account.1.password = sip-secret',
      'account.1.sip_server.1.address = sip.example.com',
    ])
      expect(body.split('\n')).toContain(line);
  });

  it('are found by the MAC address however it is written, and the common one without an account', async () => {
    expect((await served.get('/001565AABBCC.cfg', { ...PHONE, user: '00-15-65-AA-BB-CC' })).status).toBe(200);
    const common = await served.get('/y000000000028.cfg', PHONE);
    expect(common.status).toBe(200);
    expect(common.body).toContain('sip.trust_ctrl = 1');
    expect(common.body).not.toContain('sip-secret');
  });

  it('are not sent again where the phone has them', async () => {
    const first = await served.get(`/${MAC}.cfg`, PHONE);
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    const second = await served.get(`/${MAC}.cfg`, { ...PHONE, headers });
    expect([second.status, second.body]).toEqual([304, '']);
  });

  it.each([
    ['no credentials', {}],
    ['a wrong password', { ...PHONE, password: 'correct-horse-batterx' }],
    ['an empty password', { user: MAC, password: '' }],
    ['a MAC address that is not there', { ...PHONE, user: '001565000000' }],
    ['the password of another phone', { ...PHONE, password: 'another-phone-password' }],
    ['a bearer token', { headers: { authorization: 'Bearer abc' } }],
    ['a header that is no Basic', { headers: { authorization: 'Basic !!' } }],
    ['a name from the prototype', { user: '__proto__', password: 'x' }],
  ])('are refused with %s, in one and the same words whether the file is there or not', async (_, asking) => {
    const answers = [];
    for (const name of [`/${MAC}.cfg`, '/001565000000.cfg', '/', '/blacklist.txt']) {
      const { status, headers, body } = await served.get(name, asking);
      answers.push({ status, body, challenge: headers.get('www-authenticate') });
    }
    for (const answer of answers)
      expect(answer).toEqual({
        status: 401,
        body: 'Unauthorized\n',
        challenge: 'Basic realm="ringfence", charset="UTF-8"',
      });
  });

  it.each([
    '/cfg000b82112233.xml',
    '/000b82112233.cfg',
    '/001565000000.cfg',
    '/',
    '/..%2f001565aabbcc.cfg',
    '/a/001565aabbcc.cfg',
    '/blacklist.txt',
  ])('of others, and what is none, are not found by a known phone: %s', async (path) => {
    expect(await served.get(path, PHONE)).toMatchObject({ status: 404, body: 'Not found\n' });
  });

  it('are not served to a banned source, though it has the password; the ledger says so, not a header', async () => {
    const from = { ...PHONE, source: BANNED };
    expect(await served.get(`/${MAC}.cfg`, from)).toMatchObject({ status: 403, body: 'Forbidden\n' });
    const claims = { ...from, headers: { 'x-forwarded-for': '192.0.2.50' } };
    expect((await served.get(`/${MAC}.cfg`, claims)).status).toBe(403);
    expect((await served.get('/blacklist.txt', { ...READER, source: BANNED })).status).toBe(403);
  });

  it('are served again once the ban has ended or the source is allowed, and refused to what a feed lists', async () => {
    await environment.ledger.allow(BANNED, 'op', 'an office', NOW);
    await environment.ledger.putFeed(feed({ cidrs: ['198.18.2.0/24'] }));
    expect((await served.get(`/${MAC}.cfg`, { ...PHONE, source: BANNED })).status).toBe(200);
    expect((await served.get(`/${MAC}.cfg`, { ...PHONE, source: '198.18.2.9' })).status).toBe(403);
  });

  it('are served by nothing but GET and HEAD', async () => {
    expect((await served.get(`/${MAC}.cfg`, { ...PHONE, method: 'POST' })).status).toBe(404);
    const head = await served.get(`/${MAC}.cfg`, { ...PHONE, method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
  });

  it('leave one line of audit each, with who and what and never a password', async () => {
    await served.get(`/${MAC}.cfg`, { ...PHONE, headers: { 'user-agent': 'Yealink SIP-T48S' } });
    await served.get('/x', { ...PHONE, password: 'guess-number-one' });
    await served.get(`/${MAC}.cfg`, { ...PHONE, source: BANNED });
    expect(audit).toMatchObject([
      {
        source: '192.0.2.50',
        method: 'GET',
        path: `/${MAC}.cfg`,
        user: MAC,
        agent: 'Yealink SIP-T48S',
        status: 200,
      },
      { path: '/x', user: MAC, status: 401 },
      { source: BANNED, status: 403 },
    ]);
    expect(JSON.stringify(audit)).not.toMatch(/battery|guess|sip-secret/);
    expect(telemetry.takeMetrics()).toEqual({
      ProvisioningServed: 1,
      ProvisioningRefused: 2,
      ProvisioningUnavailable: 0,
    });
  });

  it('follow a password that was changed within five minutes', async () => {
    expect((await served.get(`/${MAC}.cfg`, PHONE)).status).toBe(200);
    secrets['phones'] = JSON.stringify({ [MAC]: { ...PHONES[MAC], password: 'quite-another-password' } });
    environment.clock.nowMs += 301_000;
    expect((await served.get(`/${MAC}.cfg`, PHONE)).status).toBe(401);
    expect((await served.get(`/${MAC}.cfg`, { ...PHONE, password: 'quite-another-password' })).status).toBe(
      200,
    );
  });

  it.each([
    ['that is not there', undefined],
    ['that is no JSON', 'password=hunter2hunter2'],
    ['with a short password', JSON.stringify({ [MAC]: { vendor: 'yealink', password: 'hunter2' } })],
    ['with a phone twice', JSON.stringify({ [MAC]: PHONES[MAC], '00-15-65-AA-BB-CC': PHONES[MAC] })],
  ])('are 503 with a secret %s, which nobody is shown', async (_, secret) => {
    if (secret === undefined) delete secrets['phones'];
    else secrets['phones'] = secret;
    const { status, headers, body } = await served.get(`/${MAC}.cfg`, PHONE);
    expect([status, body, headers.get('retry-after')]).toEqual([503, 'Unavailable\n', '60']);
    expect(String(telemetry.causes)).not.toContain('hunter2');
    expect(telemetry.takeMetrics()).toMatchObject({ ProvisioningUnavailable: 1 });
  });
});

describe('the published list', () => {
  it('is the bans in force, one a line, with a tag; 304 for who has it, and new once it changed', async () => {
    await start();
    const first = await served.get('/blacklist.txt', READER);
    expect([first.status, first.body]).toEqual([200, `${BANNED}\n`]);
    expect(first.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await served.get('/blacklist.txt', { ...READER, headers: { 'if-none-match': known } });
      expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    await environment.ledger.putBan(ban('2001:db8:bad::7'), 'detector');
    later();
    const changed = await served.get('/blacklist.txt', { ...READER, headers: { 'if-none-match': etag } });
    expect([changed.status, changed.body]).toEqual([200, `${BANNED}\n2001:db8:bad::/64\n`]);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('leaves out what is allowed (I1), and comes in other words and one family', async () => {
    await environment.ledger.putBan(ban('192.0.2.0/30'), 'detector');
    await environment.ledger.allow('192.0.2.1', 'op', 'a monitor', NOW);
    await environment.ledger.putBan(ban('2001:db8:bad::7'), 'detector');
    await start();
    const get = async (query: string) => (await served.get(`/blacklist.txt?${query}`, READER)).body;
    expect(await get('family=4')).toBe(`192.0.2.0\n192.0.2.2/31\n${BANNED}\n`);
    expect(await get('format=nftables')).toContain('table inet ringfence {');
    expect((await served.get('/blacklist.txt?format=pf', READER)).status).toBe(400);
  });

  it('is refused to who proves nothing, and nothing else is served to a reader', async () => {
    await start();
    expect((await served.get('/blacklist.txt')).status).toBe(401);
    expect((await served.get('/blacklist.txt', { ...READER, password: 'x' })).status).toBe(401);
    expect((await served.get(`/${MAC}.cfg`, READER)).status).toBe(404);
  });

  it('is empty where the ledger was read as empty', async () => {
    await environment.ledger.endBan(BANNED, NOW, 'op', 'over');
    await start();
    expect(await served.get('/blacklist.txt', READER)).toMatchObject({ status: 200, body: '' });
  });

  it('is 503 where the ledger cannot be read, never empty (I6)', async () => {
    await start({}, 'no-such-table');
    const { status, body, headers } = await served.get('/blacklist.txt', READER);
    expect([status, body, headers.get('retry-after')]).toEqual([503, 'Unavailable\n', '60']);
    expect(String(telemetry.causes)).toMatch(/could not read/);
  });

  it('is withheld while an operator has paused all changes; nobody new is refused meanwhile', async () => {
    await environment.run(['pause', '--because', 'calls drop']);
    await start();
    expect(await served.get('/blacklist.txt', READER)).toMatchObject({
      status: 503,
      body: 'No list: an operator has paused all changes\n',
    });
    expect((await served.get(`/${MAC}.cfg`, { ...PHONE, source: BANNED })).status).toBe(200);
    await environment.run(['resume', '--because', 'over']);
    later();
    expect((await served.get('/blacklist.txt', READER)).body).toBe(`${BANNED}\n`);
  });

  it('is withheld by an environment that only observes', async () => {
    await start({ mode: 'observe' });
    expect((await served.get('/blacklist.txt', READER)).status).toBe(503);
  });

  it('keeps what the IP sets deny while the breaker holds bans back (I10)', async () => {
    await environment.ledger.putBan(ban('198.51.100.9'), 'detector');
    await environment.run(['reconcile']);
    await environment.ledger.putBan(ban('198.51.100.11', { bannedAt: NOW - 1 }), 'detector');
    await start({ ban: { first: '1h', factor: 4, max: '30d', maxNewPerHour: 1 } });
    expect((await served.get('/blacklist.txt', READER)).body).toBe('198.51.100.7\n198.51.100.9\n');
  });
});
