import { readFileSync, writeFileSync } from 'node:fs';
import type { ExportFormat } from '../../lambda/export';
import { OperatedEnvironment } from '../cli/operate/support/environment';
import { ban } from '../enforcement/support/bans';
import { TwoNamespaces, whyNot } from './namespace';

const reason = whyNot();
if (reason !== undefined)
  process.stderr.write(`\n!!! SKIPPED: exports in real firewalls (nft, ipset, iptables): ${reason}\n\n`);

/** What is banned in each environment whose list is exported; in the first an address amid a banned block is allowed. */
const BANS = {
  list: ['192.0.2.7', '198.51.100.0/24', '2001:db8:bad::/64', '2001:db8::7/128'],
  one: ['192.0.2.8'],
  nothing: [],
} as const;
type ListName = keyof typeof BANS;

const BANNED = ['192.0.2.7', '198.51.100.1', '198.51.100.255', '2001:db8:bad::1', '2001:db8::7'];
const OTHERS = ['192.0.2.8', '198.51.100.99', '198.51.101.1', '2001:db8:bad:1::1', '2001:db8::8'];
const LAST = ['192.0.2.200', '2001:db8::200'] as const;
const probes = [...BANNED, ...OTHERS].map((from) => ({ from, text: 'INVITE' }));
const expected = (sources: readonly string[]) =>
  [...sources.map((from) => `${from} INVITE`), ...LAST.map((from) => `${from} end`)].sort();

(reason === undefined ? describe : describe.skip)('in the real firewalls of Debian', () => {
  let spaces: TwoNamespaces;
  const environments = new Map<ListName, OperatedEnvironment>();
  beforeAll(async () => {
    for (const name of Object.keys(BANS) as ListName[]) {
      const environment = await OperatedEnvironment.start();
      for (const cidr of BANS[name]) await environment.ledger.putBan(ban(cidr), 'detector');
      environments.set(name, environment);
    }
    await environments.get('list')?.ledger.allow('198.51.100.99', 'op', 'a monitor', 0);
  });
  afterAll(async () => {
    for (const environment of environments.values()) await environment.close();
  });
  beforeEach(() => (spaces = new TwoNamespaces([...BANNED, ...OTHERS, ...LAST])));
  afterEach(() => spaces.remove());

  /** A file that the command wrote. */
  const fileOf = async (format: ExportFormat, name: ListName = 'list', family?: 4 | 6): Promise<string> => {
    const environment = environments.get(name);
    const path = environment?.folder.at(`${format}${family ?? ''}`) ?? '';
    const only = family === undefined ? [] : ['--family', String(family)];
    const ran = await environment?.run(['export', '--format', format, '--output', path, ...only]);
    if (ran?.exitCode !== 0) throw new Error(ran?.stderr);
    return path;
  };
  const dropped = () => spaces.arrivals(probes, LAST).then((arrived) => arrived.sort());

  it('everything arrives before any list is loaded, so that what follows means something', async () => {
    expect(await dropped()).toEqual(expected([...BANNED, ...OTHERS]));
  });

  it('nft -c -f accepts the list, and the empty one; loaded, it drops banned sources and passes others', async () => {
    spaces.run(['nft', '-c', '-f', await fileOf('nftables')]);
    spaces.run(['nft', '-c', '-f', await fileOf('nftables', 'nothing')]);
    spaces.run(['nft', '-f', await fileOf('nftables')]);
    expect(await dropped()).toEqual(expected(OTHERS));
  });

  it('nft -f replaces the list as a whole, again and again, and leaves other tables alone', async () => {
    spaces.run(
      ['nft', '-f', '-'],
      'table inet customer {\n set mine {\n  type ipv4_addr\n  elements = { 203.0.113.1 }\n }\n}\n',
    );
    spaces.run(['nft', '-f', await fileOf('nftables')]);
    spaces.run(['nft', '-f', await fileOf('nftables')]);
    spaces.run(['nft', '-f', await fileOf('nftables', 'one')]);
    expect(spaces.run(['nft', 'list', 'table', 'inet', 'customer'])).toContain('203.0.113.1');
    expect(await dropped()).toEqual(
      expected([...BANNED, ...OTHERS].filter((source) => source !== '192.0.2.8')),
    );
    spaces.run(['nft', '-f', await fileOf('nftables', 'nothing')]);
    expect(await dropped()).toEqual(expected([...BANNED, ...OTHERS]));
  });

  it('ipset restore fills and swaps the sets; with a rule each they drop banned sources and pass others', async () => {
    const restore = async (name: ListName = 'list') =>
      spaces.run(['ipset', 'restore', '-f', await fileOf('ipset', name)]);
    await restore();
    spaces.run([
      'iptables',
      '-t',
      'raw',
      '-I',
      'PREROUTING',
      '-m',
      'set',
      '--match-set',
      'ringfence4',
      'src',
      '-j',
      'DROP',
    ]);
    spaces.run([
      'ip6tables',
      '-t',
      'raw',
      '-I',
      'PREROUTING',
      '-m',
      'set',
      '--match-set',
      'ringfence6',
      'src',
      '-j',
      'DROP',
    ]);
    expect(await dropped()).toEqual(expected(OTHERS));
    // Again while the sets are in use, after a restore that broke off, and empty.
    spaces.run(['ipset', 'create', 'ringfence4-new', 'hash:net', 'family', 'inet', 'maxelem', '1048576']);
    spaces.run(['ipset', 'add', 'ringfence4-new', '192.0.2.8']);
    await restore();
    expect(await dropped()).toEqual(expected(OTHERS));
    await restore('nothing');
    expect(await dropped()).toEqual(expected([...BANNED, ...OTHERS]));
    expect(spaces.run(['ipset', 'list', '-n']).trim().split('\n').sort()).toEqual([
      'ringfence4',
      'ringfence6',
    ]);
  });

  it('iptables-restore --test accepts the chain; restored beside the customer’s rules, it drops and passes', async () => {
    for (const [restore, family] of [
      ['iptables-restore', 4],
      ['ip6tables-restore', 6],
    ] as const) {
      const iptables = restore.replace('-restore', '');
      spaces.run([iptables, '-t', 'raw', '-A', 'PREROUTING', '-p', 'tcp', '--dport', '4444', '-j', 'DROP']);
      for (const name of ['list', 'nothing'] as const)
        spaces.run([restore, '--test', '--noflush', await fileOf('iptables', name, family)]);
      spaces.run([restore, '--noflush', await fileOf('iptables', 'list', family)]);
      spaces.run([iptables, '-t', 'raw', '-I', 'PREROUTING', '-j', 'RINGFENCE']);
      spaces.run([restore, '--noflush', await fileOf('iptables', 'list', family)]);
      expect(spaces.run([iptables, '-t', 'raw', '-S', 'PREROUTING'])).toContain('--dport 4444 -j DROP');
    }
    expect(await dropped()).toEqual(expected(OTHERS));
    spaces.run(['iptables-restore', '--noflush', await fileOf('iptables', 'nothing', 4)]);
    expect(await dropped()).toEqual(
      expected([...BANNED.filter((source) => source.includes('.')), ...OTHERS]),
    );
  });

  it('nft refuses a file with a mistake, so that the checks above can fail', async () => {
    const broken = await fileOf('nftables');
    writeFileSync(broken, readFileSync(broken, 'utf8').replace('192.0.2.7', '192.0.2.777'));
    expect(() => spaces.run(['nft', '-c', '-f', broken])).toThrow(/failed \(1\)/);
  });
});
