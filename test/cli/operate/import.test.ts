import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ENVIRONMENT_KEY } from '../../../lambda/blacklist/history';
import type { WhyDocument } from '../../../lib/cli/operate/why/document';
import { ban, NOW } from '../../enforcement/support/bans';
import { OperatedEnvironment } from './support/environment';
import { CALLER } from './support/front';

let environment: OperatedEnvironment;
beforeEach(async () => (environment = await OperatedEnvironment.start()));
afterEach(() => environment.close());

const LIST = '# a list\n198.18.1.1\n198.18.2.0/24\n2001:db8:bad::/64\n';
const feedFile = (text = LIST, name = 'partners.txt') => environment.folder.file(name, text);
const importFile = (file: string, ...flags: string[]) => environment.run(['import', file, ...flags]);

describe('ringfence import', () => {
  it('takes a file into the ledger, with weight and end, and leaves a line in the history', async () => {
    const file = feedFile();
    const flags = ['--weight', '0.2', '--expires', '2d', '--because', 'from a partner'];
    expect(await environment.json('import', file, ...flags)).toEqual({
      feed: 'partners',
      from: 'partners.txt',
      weight: 0.2,
      at: NOW,
      expiresAt: NOW + 2 * 86_400,
      listedAt: null,
      entries: 3,
      before: null,
      leftOut: { ours: [], special: 0, tooWide: 0, unreadable: 0 },
      dryRun: false,
    });
    expect((await environment.ledger.feed('partners'))?.cidrs).toEqual([
      '198.18.1.1/32',
      '198.18.2.0/24',
      '2001:db8:bad::/64',
    ]);
    expect(await environment.ledger.history(ENVIRONMENT_KEY)).toEqual([
      {
        at: NOW,
        action: 'import',
        by: CALLER,
        detail: 'feed partners, 3 blocks from partners.txt: from a partner',
      },
    ]);
  });

  it('denies what it lists after our own bans, and only for as long as it counts', async () => {
    await environment.ledger.putBan(ban('192.0.2.77', { expiresAt: NOW + 86_400 }), 'detector');
    await importFile(feedFile('198.18.1.1\n198.18.2.1\n'), '--expires', '2h');
    await environment.run(['reconcile']);
    expect(environment.denies().map((line) => line.split(' ')[1])).toEqual(
      expect.arrayContaining(['192.0.2.77/32', '198.18.1.1/32', '198.18.2.1/32']),
    );
    environment.clock.nowMs += 3 * 3600 * 1000;
    await environment.run(['reconcile']);
    expect(environment.denies()).toEqual(['1 192.0.2.77/32']);
  });

  it('takes out what is ours or allowed, and says so loudly', async () => {
    const file = feedFile('10.20.1.1\n203.0.113.9\n103.55.116.0/24\n192.168.1.1\n198.18.1.1\n');
    const { stdout } = await importFile(file);
    expect(stdout).toMatch(/^left out {4}2 of ours or of the allowlist$/m);
    expect(stdout).toMatch(/^LOOK AT .*203\.0\.113\.9\/32, 103\.55\.116\.0\/24/m);
    expect((await environment.ledger.feed('partners'))?.cidrs).toEqual(['198.18.1.1/32']);
  });

  it('changes nothing in a dry run, and asks nobody who is calling', async () => {
    const { stdout } = await importFile(feedFile(), '--dry-run');
    expect(stdout).toMatch(/^blocks .*3 \(new\)/m);
    expect(stdout).toMatch(/^enforced .*not at all: this was a dry run$/m);
    expect(await environment.ledger.feed('partners')).toBeUndefined();
    expect(await environment.ledger.history(ENVIRONMENT_KEY)).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    ['a web page', '<!DOCTYPE html><html><body>Log in</body></html>', /a web page came instead of a list/],
    ['an old list', '# Last-Modified: Tue, 20 Oct 2026 10:00:00 GMT\n198.18.1.1\n', /made .* days ago/],
    ['JSON that was cut off', '{"ipaddress":["198.18.1.1","198.18', /not whole/],
    ['a list with less than it says', '# Entries: 100\n198.18.1.1\n', /says it has 100 entries, and 1 came/],
    ['nothing', '# sorry\n', /nothing is left/],
  ])('refuses %s, and keeps what was there', async (_, text, message) => {
    await importFile(feedFile());
    const { stdout, stderr, exitCode } = await importFile(feedFile(text));
    expect([stdout, exitCode]).toEqual(['', 1]);
    expect(stderr).toMatch(/^ringfence: feed partners was not taken: /);
    expect(stderr).toMatch(message);
    expect((await environment.ledger.feed('partners'))?.cidrs).toHaveLength(3);
  });

  it('refuses a list that grew tenfold or shrank to a tenth, unless an operator accepts it', async () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, i) => `198.18.${i >> 7}.${(i & 127) * 2}\n`).join('');
    await importFile(feedFile(lines(20)));
    const grown = feedFile(lines(200));
    expect((await importFile(grown)).stderr).toMatch(/had 20 entries and has 200: .*--accept-change/);
    expect((await importFile(grown, '--accept-change')).exitCode).toBe(0);
    expect((await importFile(feedFile(lines(20)))).stderr).toMatch(/had 200 entries and has 20/);
  });

  it('reads standard input, shows what counts, and forgets a feed', async () => {
    const { exitCode } = await environment.run(['import', '-', '--name', 'desk', '--format', 'csv'], {
      stdin: 'ip,reason\n198.18.1.1,toll fraud\n',
    });
    expect(exitCode).toBe(0);
    expect((await environment.run(['import'])).stdout).toMatch(/desk +.* 1 +.* 0\.5 .*standard input/);
    await environment.json('import', 'desk', '--remove', '--because', 'over');
    expect(await environment.json('import')).toEqual({ environment: 'dev', at: NOW, feeds: [] });
    expect((await environment.run(['import', 'desk', '--remove'])).stderr).toMatch(/there is no feed desk/);
  });

  it.each<[string, string[], number, RegExp]>([
    [
      'what is neither file nor feed',
      ['import', 'voipbI'],
      2,
      /neither a file nor an https:\/\/ URL .*voipbl/,
    ],
    ['plain HTTP', ['import', 'http://lists.example.com/x'], 2, /anybody on the way could change a list/],
    ['a server within', ['import', 'https://10.0.0.1/x'], 2, /10\.0\.0\.1 is no server of the Internet/],
    ['a feed without its key', ['import', 'apiban'], 2, /RINGFENCE_FEED_KEY/],
    ['a weight beyond 1', ['import', '-', '--name', 'x', '--weight', '7'], 2, /weight/],
    ['a length that is none', ['import', '-', '--name', 'x', '--expires', 'soon'], 2, /"soon"/],
    ['no name', ['import', '-'], 2, /Give --name/],
    ['--remove of nothing', ['import', '--remove'], 2, /which feed/],
  ])('refuses %s', async (_, args, code, message) => {
    const { stdout, stderr, exitCode } = await environment.run(args);
    expect([stdout, exitCode]).toEqual(['', code]);
    expect(stderr).toMatch(message);
  });
});

describe('ringfence import of a URL', () => {
  let server: Server;
  let answer: (response: ServerResponse, path: string) => void;
  beforeAll(async () => {
    server = createServer((request, response) => answer(response, request.url ?? ''));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => new Promise((done) => server.close(done)));
  const url = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  it('fetches it, with the key from the environment, which nothing shows', async () => {
    const paths: string[] = [];
    answer = (response, path) => {
      paths.push(path);
      response.end('198.18.1.1\n');
    };
    const { stdout, stderr, exitCode } = await environment.run(
      ['import', url('/{key}/list'), '--name', 'lab'],
      {
        env: { RINGFENCE_FEED_KEY: 's3cret' },
      },
    );
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(paths).toEqual(['/s3cret/list']);
    expect(stdout).toContain(`lab, from ${url('/…/list')}`);
    expect(stdout + JSON.stringify(await environment.ledger.feed('lab'))).not.toContain('s3cret');
  });

  it('fails where it cannot be had', async () => {
    answer = (response) => response.writeHead(503).end();
    const { stderr, exitCode } = await environment.run(['import', url('/'), '--name', 'lab']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/feed lab was not taken: http.* answered 503/);
  });
});

describe('ringfence why, of a source that a feed lists', () => {
  it('names the feed, says that it is no evidence of ours, and how it is released', async () => {
    await importFile(feedFile());
    await environment.run(['reconcile']);
    const document = await environment.json<WhyDocument>('why', '198.18.2.9');
    expect(document).toMatchObject({
      verdict: 'denied',
      evidence: [],
      feeds: [{ feed: 'partners', cidr: '198.18.2.0/24', from: 'partners.txt', weight: 0.5, fetchedAt: NOW }],
    });
    expect(document.summary).toMatch(/not banned, but rule \d+ .* because the feed partners lists it$/);
    expect(document.release[0]).toMatch(/^by itself when partners no longer lists it/);
    const { stdout } = await environment.run(['why', '198.18.2.9']);
    expect(stdout).toMatch(
      /^feed +partners \(partners\.txt\) lists 198\.18\.2\.0\/24, weight 0\.5; read .* ago\), counts until /m,
    );
  });

  it('names the IP set where the slots have no room', async () => {
    environment.deploy({
      networkAcls: [
        { id: environment.networkAclId, ruleNumbers: '1-50', quota: 20, slots: { ipv4: 0, ipv6: 0 } },
      ],
    });
    await importFile(feedFile());
    await environment.run(['reconcile']);
    const { verdict, summary } = await environment.json<WhyDocument>('why', '198.18.1.1');
    expect(verdict).toBe('denied');
    expect(summary).toMatch(
      /but the IP set ringfence-local-ipv4 denies it, because the feed partners lists it/,
    );
  });

  it('names no feed for others', async () => {
    await importFile(feedFile());
    expect(await environment.json('why', '198.18.3.1')).toMatchObject({ verdict: 'unknown', feeds: [] });
  });
});
