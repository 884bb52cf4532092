import { readFileSync } from 'node:fs';
import { ban, NOW } from '../../enforcement/support/bans';
import { feed } from '../../enforcement/support/feeds';
import { log, SITE, sweep } from '../support/logs';
import { ringfence } from '../support/ringfence';
import { OperatedEnvironment } from './support/environment';

let environment: OperatedEnvironment;
beforeEach(async () => (environment = await OperatedEnvironment.start()));
afterEach(() => environment.close());

const banned = async (...sources: string[]) => {
  for (const source of sources) await environment.ledger.putBan(ban(source), 'detector');
};
const plain = (...flags: string[]) => environment.run(['export', '--format', 'plain', ...flags]);

describe('ringfence export', () => {
  it('prints the bans in force and what feeds ask for, one a line, and changes nothing', async () => {
    await banned('198.51.100.7', '2001:db8:bad::7');
    await environment.ledger.putBan(ban('198.51.100.9', { expiresAt: NOW }), 'detector');
    await environment.ledger.putFeed(feed({ cidrs: ['198.18.2.0/24'] }));
    const { stdout, stderr, exitCode } = await plain();
    expect(stdout).toBe('198.18.2.0/24\n198.51.100.7\n2001:db8:bad::/64\n');
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(environment.takeChanges()).toEqual([]);
  });

  it('leaves out what the deployment or an operator allows, however it got into the ledger (I1)', async () => {
    await banned('203.0.113.9', '103.55.116.9', '10.20.1.1', '192.0.2.0/30');
    await environment.json('allow', '192.0.2.1', '--because', 'a monitor');
    expect((await plain()).stdout).toBe('192.0.2.0\n192.0.2.2/31\n');
  });

  it('says with --json what it exported, and how many the breaker holds back', async () => {
    await banned('198.51.100.7', '198.51.100.9');
    environment.deploy({ ban: { first: '1h', factor: 4, max: '30d', maxNewPerHour: 1 } });
    const document = await environment.json('export', '--format', 'plain');
    expect(document).toMatchObject({
      environment: 'dev',
      at: NOW,
      format: 'plain',
      entries: 1,
      held: 1,
      text: '198.51.100.7\n',
    });
    expect(document).toHaveProperty('digest', expect.stringMatching(/^[0-9a-f]{64}$/));
  });

  it('keeps what the IP sets deny already while the breaker is tripped (I10)', async () => {
    await banned('198.51.100.7', '198.51.100.9');
    await environment.run(['reconcile']);
    environment.deploy({ ban: { first: '1h', factor: 4, max: '30d', maxNewPerHour: 1 } });
    expect((await plain()).stdout).toBe('198.51.100.7\n198.51.100.9\n');
  });

  it('is empty where the ledger was read as empty', async () => {
    expect(await plain()).toEqual({ stdout: '', stderr: '', exitCode: 0 });
  });

  it('fails where the ledger cannot be read, prints nothing and leaves the file (I6)', async () => {
    const file = environment.folder.file('list.txt', '192.0.2.1\n');
    environment.deploy({ ledgerTable: 'no-such-table' });
    const { stdout, stderr, exitCode } = await plain('--output', file);
    expect([stdout, exitCode]).toEqual(['', 1]);
    expect(stderr).toMatch(/the ledger could not read .*check account, Region and the deployment/);
    expect(readFileSync(file, 'utf8')).toBe('192.0.2.1\n');
  });

  it('replaces a file as a whole and leaves nothing beside it', async () => {
    await banned('198.51.100.7', '2001:db8:bad::7');
    const file = environment.folder.file('list.txt', 'old\n');
    const before = environment.folder.list();
    const { stdout, stderr } = await plain('--output', file);
    expect(stdout).toBe('');
    expect(stderr).toBe(`wrote ${file}: 1 IPv4 block, 1 IPv6 block\n`);
    expect(readFileSync(file, 'utf8')).toBe('198.51.100.7\n2001:db8:bad::/64\n');
    expect(environment.folder.list()).toEqual(before);
  });

  it('exports nothing while an operator has paused all changes, unless told to', async () => {
    await banned('198.51.100.7');
    await environment.run(['pause', '--because', 'calls drop']);
    const { stdout, stderr, exitCode } = await plain();
    expect([stdout, exitCode]).toEqual(['', 1]);
    expect(stderr).toMatch(/paused .*calls drop.*--force/);
    expect((await plain('--force')).stdout).toBe('198.51.100.7\n');
  });

  it('says what of the other family is left out, and that an observing environment denies none itself', async () => {
    await banned('198.51.100.7', '2001:db8:bad::7');
    environment.deploy({ mode: 'observe' });
    const { stdout, stderr } = await environment.run(['export', '--format', 'iptables']);
    expect(stdout).toContain('-A RINGFENCE -s 198.51.100.7/32 -j DROP\n');
    expect(stderr).toMatch(/note: dev is in observe mode/);
    expect(stderr).toMatch(/note: 1 block of IPv6 left out: write them with --family 6/);
  });

  it('removes from a Cisco group what is gone since the list before', async () => {
    await banned('198.51.100.7');
    const previous = environment.folder.file('last.txt', '198.51.100.7\n198.51.100.9\n');
    const { stdout } = await environment.run(['export', '--format', 'cisco', '--previous', previous]);
    expect(stdout).toContain(' no host 198.51.100.9\n');
    expect(stdout).not.toContain(' host 198.51.100.7\n');
  });

  it.each<[string, string[], number, RegExp]>([
    ['no format', ['export'], 2, /--format <name>/],
    ['an unknown format', ['export', '--format', 'pf'], 2, /pf.*plain, nftables/s],
    ['a list before for others', ['export', '--format', 'plain', '--previous', 'x'], 2, /--previous is for/],
    ['--allow', ['export', '--format', 'plain', '--allow', '192.0.2.1'], 2, /--allow is for --replay/],
    [
      'a folder that is not there',
      ['export', '--format', 'plain', '--output', '/no/such'],
      1,
      /no such folder/,
    ],
  ])('refuses %s', async (_, args, code, message) => {
    const { stdout, stderr, exitCode } = await environment.run(args);
    expect([stdout, exitCode]).toEqual(['', code]);
    expect(stderr).toMatch(message);
  });
});

describe('ringfence export --replay', () => {
  const document = {
    bans: [
      { source: '198.18.1.2', bannedAt: NOW, expiresAt: NOW + 3600 },
      { source: '198.18.1.4', bannedAt: NOW + 60, expiresAt: NOW + 90 },
      { source: '2001:db8:bad::7', prefix: '2001:db8:bad::/64', bannedAt: NOW + 100, expiresAt: NOW + 3700 },
    ],
  };
  const exported = (text: string, ...flags: string[]) =>
    ringfence(['export', '--format', 'plain', '--replay', '-', ...flags], { stdin: text });

  it('lists who was banned at the time of the last ban, without what is allowed', async () => {
    const { stdout, exitCode } = await exported(JSON.stringify(document));
    expect([stdout, exitCode]).toEqual(['198.18.1.2\n2001:db8:bad::/64\n', 0]);
    expect((await exported(JSON.stringify(document), '--allow', '198.18.1.0/24')).stdout).toBe(
      '2001:db8:bad::/64\n',
    );
  });

  it('lists who was banned at another time', async () => {
    const { stdout } = await exported(JSON.stringify(document), '--as-of', String(NOW + 70));
    expect(stdout).toBe('198.18.1.2\n198.18.1.4\n');
  });

  it('takes what ringfence replay --json prints', async () => {
    const replayed = await ringfence(['replay', '--json', ...SITE], { stdin: log(...sweep('198.51.100.7')) });
    expect((await exported(replayed.stdout)).stdout).toBe('198.51.100.7\n');
  });

  it.each([
    ['', /is not JSON/],
    ['{"bans":[{"source":1}]}', /is not what ringfence replay --json prints/],
    ['{"bans":[{"source":"x","bannedAt":1,"expiresAt":2}]}', /"x"/],
  ])('fails on %j', async (text, message) => {
    const { stdout, stderr, exitCode } = await exported(text);
    expect([stdout, exitCode]).toEqual(['', 1]);
    expect(stderr).toMatch(message);
  });

  it('stands in place of an environment', async () => {
    const { stderr, exitCode } = await exported('{"bans":[]}', '--env', 'dev');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/leave --env and --deployment out/);
  });
});
