import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Folder } from './support/folder';
import { HEADER, log, OWN_IPV6, SITE, START, sweep } from './support/logs';
import { ringfence } from './support/ringfence';

const folder = new Folder();
const home = process.cwd();
beforeAll(() => process.chdir(folder.path));
afterAll(() => {
  process.chdir(home);
  folder.remove();
});

interface Document {
  readonly records: Record<string, unknown>;
  readonly bans: readonly Record<string, unknown>[];
  readonly suspects: readonly Record<string, unknown>[];
  readonly filterSet: readonly Record<string, unknown>[];
  readonly breaker: readonly Record<string, unknown>[];
  readonly score?: unknown;
}

/** Runs `replay --json`, which must succeed and print one JSON document and nothing else. */
async function replay(args: readonly string[], stdin?: string | Uint8Array): Promise<Document> {
  const ran = await ringfence(['replay', '--json', ...args], { stdin: stdin ?? '' });
  expect({ stderr: ran.stderr, exitCode: ran.exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return JSON.parse(ran.stdout) as Document;
}

const SCANNER = '198.51.100.7';

describe('ringfence replay --json', () => {
  it('prints exactly the document of the contract', async () => {
    const nothing = HEADER.split(' ').map((field) => (field === 'log-status' ? 'NODATA' : '-'));
    const lost = nothing.map((field) => (field === 'NODATA' ? 'SKIPDATA' : field));
    const lines = [...sweep(SCANNER), nothing.join(' '), lost.join(' '), 'not a record'];
    expect(await replay(SITE, log(...lines))).toEqual({
      records: {
        read: 6,
        parsed: 3,
        malformed: 1,
        noData: 1,
        skipData: 1,
        sip: 3,
        malformedByCause: { 'field-count': 1 },
      },
      bans: [
        {
          source: SCANNER,
          bannedAt: START + 120,
          expiresAt: START + 120 + 3600,
          offence: 1,
          score: 10,
          evidence: [
            {
              rule: 'dark-addresses',
              at: START + 60,
              detail: '3 own addresses that never answered SIP in 1 h',
            },
          ],
        },
      ],
      suspects: [],
      filterSet: [
        { cidr: '198.51.100.7/32', ruleNumber: 1, weight: expect.any(Number) as number, sources: 1 },
      ],
      overflow: [],
      breaker: [],
      seconds: 0,
    });
  });

  it('gives the ban of an IPv6 source with its /64', async () => {
    const { bans, filterSet } = await replay(SITE, log(...sweep('2001:db8:bad::7', START, OWN_IPV6)));
    expect(bans).toMatchObject([{ source: '2001:db8:bad::7', prefix: '2001:db8:bad::/64' }]);
    expect(filterSet).toMatchObject([{ cidr: '2001:db8:bad::/64', ruleNumber: 1, sources: 1 }]);
  });

  it('lists every ban, those that have expired too, and fills slots as at the end of the log', async () => {
    const day = 86_400;
    const lines = [
      ...sweep(SCANNER),
      ...sweep(SCANNER, START + 7200),
      ...sweep('198.51.100.99', START + day),
    ];
    const { bans, filterSet } = await replay(SITE, log(...lines));
    expect(bans).toMatchObject([
      { source: SCANNER, offence: 1, bannedAt: START + 120 },
      { source: SCANNER, offence: 2, bannedAt: START + 7320 },
      { source: '198.51.100.99', offence: 1, bannedAt: START + day + 120 },
    ]);
    expect(filterSet).toMatchObject([{ cidr: '198.51.100.99/32' }]);
  });

  it('gives a source that looks like a probe but is spared as a suspect, without times of a ban', async () => {
    const { bans, suspects } = await replay([...SITE, '--allow', `${SCANNER}/32`], log(...sweep(SCANNER)));
    expect(bans).toEqual([]);
    expect(suspects).toEqual([
      {
        source: SCANNER,
        score: 10,
        trust: expect.any(String) as string,
        evidence: [expect.objectContaining({ rule: 'dark-addresses' })],
      },
    ]);
  });

  it('scores the bans with --labels', async () => {
    const labels = folder.file(
      'labels.json',
      JSON.stringify({
        sources: {
          [SCANNER]: { label: 'probe', block_ok: true },
          '198.51.100.8': { label: 'probe', block_ok: true },
          '198.51.100.99': { label: 'phone', block_ok: false },
        },
      }),
    );
    const { score } = await replay(
      [...SITE, '--labels', labels],
      log(...sweep(SCANNER), ...sweep('198.51.100.99')),
    );
    expect(score).toEqual({ precision: 0.5, recall: 0.5, falseBans: ['198.51.100.99'] });
  });

  it('says when the breaker would have tripped', async () => {
    const cdk = {
      context: { environments: { dev: { vpc: { create: '10.20.0.0/16' }, ban: { maxNewPerHour: 1 } } } },
    };
    folder.file('cdk.json', JSON.stringify(cdk));
    const { breaker, bans } = await replay(
      ['--env', 'dev'],
      log(...sweep(SCANNER), ...sweep('198.51.100.99', START + 60)),
    );
    expect(bans).toHaveLength(2);
    expect(breaker).toEqual([{ at: START + 180, until: null, held: 1 }]);
  });

  it('takes the environment from cdk.json, and lets flags win over it', async () => {
    const environment = {
      vpc: { create: '10.20.0.0/16' },
      allowlist: ['198.51.100.0/24'],
      ban: { first: '2h' },
    };
    folder.file('cdk.json', JSON.stringify({ context: { environments: { dev: environment } } }));
    expect((await replay(['--env', 'dev'], log(...sweep(SCANNER)))).bans).toEqual([]);
    const [ban] = (await replay(['--env', 'dev'], log(...sweep('203.0.113.7')))).bans;
    expect(ban).toMatchObject({ expiresAt: START + 120 + 7200 });
    expect(
      (await replay(['--env', 'dev', '--vpc-cidr', '10.99.0.0/16'], log(...sweep('203.0.113.7')))).bans,
    ).toEqual([]);
    expect((await replay(['--env', 'dev', '--slots', '0'], log(...sweep('203.0.113.7')))).filterSet).toEqual(
      [],
    );
  });

  it('of an empty log is a document without findings', async () => {
    const empty = { bans: [], suspects: [], filterSet: [], breaker: [], records: { read: 0, malformed: 0 } };
    expect(await replay(SITE, '')).toMatchObject(empty);
    expect(await replay(SITE, log())).toMatchObject(empty);
    expect(await replay(SITE, gzipSync(''))).toMatchObject(empty);
  });
});

describe('the same log', () => {
  const lab = readFileSync(join(__dirname, '..', 'data', 'flow-log', 'lab_sweeps_P1.v2.log'));
  const [header = '', ...lines] = lab.toString('utf8').trimEnd().split('\n');
  const half = Math.ceil(lines.length / 2);
  const site = ['--vpc-cidr', '10.20.1.0/24', '--proxy-range', '198.51.100.96/28'];
  let whole: Document;

  beforeAll(async () => {
    whole = await replay([...site, folder.file('whole.log', lab)]);
  });

  it('has scanners in it that are banned', () => {
    expect(whole.bans.length).toBeGreaterThan(3);
  });

  it.each([
    ['through standard input', () => replay(site, lab)],
    ['through standard input, named', () => replay([...site, '-'], lab)],
    ['gzipped', () => replay([...site, folder.file('whole.log.gz', gzipSync(lab))])],
    ['gzipped, through standard input', () => replay(site, gzipSync(lab))],
    ['in two halves', () => replay([...site, ...halves()])],
    ['in two halves, the later one first', () => replay([...site, ...halves().reverse()])],
    [
      'in two halves, one of them through standard input',
      () => replay([...site, '-', halves()[0] ?? ''], text(lines.slice(half))),
    ],
    ['in reverse', () => replay(site, text([...lines].reverse()))],
    ['with Windows line ends', () => replay(site, lab.toString('utf8').replaceAll('\n', '\r\n'))],
    ['without its header line', () => replay(site, lines.join('\n'))],
    [
      'without its header line, its fields told',
      () => replay([...site, '--format', header], lines.join('\n')),
    ],
  ])('%s gives the same document', async (_how, run) => {
    expect(await run()).toEqual(whole);
  });

  const text = (some: readonly string[]) => [header, ...some, ''].join('\n');
  const halves = () => [
    folder.file('first.log', text(lines.slice(0, half))),
    folder.file('second.log.gz', gzipSync(text(lines.slice(half)))),
  ];
});
