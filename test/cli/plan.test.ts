import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { PlanFlags } from '../../lib/cli/plan/flags';
import type { Plan } from '../../lib/cli/plan/make-plan';
import { runPlan } from '../../lib/cli/plan/run-plan';

const folder = mkdtempSync(join(tmpdir(), 'plan-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  stdout: string;
  stderr: string;
  error?: Error;
}

async function run(
  lines: readonly unknown[],
  flags: Partial<PlanFlags> = {},
  terminal = false,
): Promise<Ran> {
  const ran: Ran = { stdout: '', stderr: '' };
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const io = {
    stdin: Readable.from([text.slice(0, 7), text.slice(7)]),
    stdout: { write: (part: string) => (ran.stdout += part), isTTY: terminal, columns: 100 },
    stderr: { write: (part: string) => (ran.stderr += part) },
    env: {},
    elapsedMs: () => 0,
    now: Date.now,
    sleep: async () => undefined,
  };
  try {
    await runPlan('-', { slots: '2', ...flags }, io);
  } catch (error) {
    ran.error = error as Error;
  }
  return ran;
}

const plan = async (lines: readonly unknown[], flags: Partial<PlanFlags> = {}) =>
  JSON.parse((await run(lines, { json: true, ...flags })).stdout) as Plan;

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const source = (address: string, weight = 1) => ({ source: address, weight });

describe('ringfence plan', () => {
  it('prints exactly the document of the contract', async () => {
    const { stdout, stderr } = await run([source('198.18.1.2', 3.5), source('198.18.1.3', 1.5), ''], {
      json: true,
    });
    expect(JSON.parse(stdout)).toEqual({
      entries: [{ cidr: '198.18.1.2/31', ruleNumber: 1, weight: 5, sources: 2, collateral: 0 }],
      blockedWeight: 5,
      totalWeight: 5,
      changes: [{ op: 'create', ruleNumber: 1, from: null, to: '198.18.1.2/31' }],
    });
    expect(stderr).toBe('');
  });

  it('never covers a legit line without cost, and pays for one with', async () => {
    const lines = [source('198.18.1.0'), source('198.18.1.2')];
    const never = await plan([...lines, { legit: '198.18.1.1' }], { slots: '1' });
    expect(never.entries.map((entry) => entry.cidr)).toEqual(['198.18.1.0/32']);
    const cheap = await plan([...lines, { legit: '198.18.1.1', cost: 0.5 }], { slots: '1' });
    expect(cheap.entries).toMatchObject([{ cidr: '198.18.1.0/30', collateral: 1 }]);
  });

  it('keeps rule numbers, replaces in place, and numbers new entries from 1 by weight', async () => {
    const current = file('current.json', [
      { ruleNumber: 2, cidr: '198.18.1.2/32' },
      { ruleNumber: 5, cidr: '203.0.113.1/32' },
    ]);
    const lines = [source('198.18.1.2', 2), source('198.18.9.9', 7), source('192.0.2.1', 8)];
    const { entries, changes } = await plan(lines, { slots: '3', current });
    expect(entries.map((entry) => [entry.ruleNumber, entry.cidr])).toEqual([
      [1, '198.18.9.9/32'],
      [2, '198.18.1.2/32'],
      [5, '192.0.2.1/32'],
    ]);
    expect(changes).toEqual([
      { op: 'replace', ruleNumber: 5, from: '203.0.113.1/32', to: '192.0.2.1/32' },
      { op: 'create', ruleNumber: 1, from: null, to: '198.18.9.9/32' },
    ]);
  });

  it('deletes what covers no source any more, bonus or not', async () => {
    const current = file('stale.json', [{ ruleNumber: 1, cidr: '203.0.113.1/32' }]);
    const { entries, changes } = await plan([], { current, stability: '9' });
    expect([entries, changes]).toEqual([
      [],
      [{ op: 'delete', ruleNumber: 1, from: '203.0.113.1/32', to: null }],
    ]);
  });

  it('gives each family its own slots and one row of rule numbers', async () => {
    const lines = ['2001:db8:1::7', '198.18.1.1', '2001:db8:2::7', '198.18.2.1'].map((a) => source(a));
    const { entries } = await plan(lines, { slots: '1', maxWidth: '64' });
    expect(entries.map((entry) => entry.cidr)).toEqual(['198.18.1.1/32', '2001:db8:1::/64']);
    expect(entries.map((entry) => entry.ruleNumber)).toEqual([1, 2]);
  });

  it('obeys --allow, --max-width, --min-sources, --min-density, --collateral-cost and --stability', async () => {
    const lines = [source('198.18.1.0'), source('198.18.1.3')];
    const one = async (flags: Partial<PlanFlags>) =>
      (await plan(lines, { slots: '1', ...flags })).entries.map((entry) => entry.cidr);
    expect(await one({})).toEqual(['198.18.1.0/30']);
    expect(await one({ allow: ['198.18.1.1'] })).toEqual(['198.18.1.0/32']);
    expect(await one({ maxWidth: '31' })).toEqual(['198.18.1.0/32']);
    expect(await one({ minSources: '3' })).toEqual(['198.18.1.0/32']);
    expect(await one({ minDensity: '0.6' })).toEqual(['198.18.1.0/32']);
    expect(await one({ collateralCost: '0.6' })).toEqual(['198.18.1.0/32']);
    const current = file('three.json', [{ ruleNumber: 7, cidr: '198.18.1.3/32' }]);
    expect(await one({ current, stability: '1.5' })).toEqual(['198.18.1.3/32']);
  });

  it('tells each line that it cannot use, by number, and uses the rest', async () => {
    const { stdout, stderr } = await run(
      [
        source('198.18.1.2'),
        source('10.0.0.1'),
        source('240.0.0.1'),
        source('198.18.1.2'),
        source('198.18.7.9'),
        source('198.18.7.0/24', 4),
        source('198.18.1.300'),
        source('198.18.2.1/24'),
        source('198.18.3.1', -1),
        '{"source":"198.18.3.1"',
        { weight: 1 },
        [],
        { source: 7, weight: 1 },
        { source: '198.18.3.2' },
        { legit: '198.18.4.1', cost: -1 },
        { legit: '198.18.5.1', cost: 1 },
        { legit: '198.18.5.1' },
        source('fe80::1'),
      ],
      { json: true },
    );
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(0, 46)),
    ).toEqual([
      'line 2: 10.0.0.1 is private (RFC 1918): no sou',
      'line 3: 240.0.0.1 is reserved (RFC 1112): no s',
      'line 4: 198.18.1.2/32 is a duplicate of line 1',
      'line 5: 198.18.7.9/32 lies inside 198.18.7.0/2',
      'line 7: "198.18.1.300" is not a CIDR: write 19',
      'line 8: "198.18.2.1/24" has host bits set: did',
      'line 9: "weight" must be a number from 0 to 1e',
      'line 10: is not JSON: write {"source":"198.18.',
      'line 11: has not one of "source" and "legit": ',
      'line 12: is not an object: write {"source":"19',
      'line 13: "source" is not text: write {"source"',
      'line 14: "weight" must be a number from 0 to 1',
      'line 15: "cost" must be a number from 0 to 1e+',
      'line 17: 198.18.5.1/32 is a duplicate of line ',
      'line 18: fe80::1 is link-local (RFC 4291): no ',
      '15 lines not used as written, the rest used',
    ]);
    expect((JSON.parse(stdout) as Plan).entries.map((entry) => entry.cidr)).toEqual([
      '198.18.7.0/24',
      '198.18.1.2/32',
    ]);
  });

  it.each([
    ['1e400', 'not Infinity'],
    ['1e301', 'not 1e+301'],
    ['-0.5', 'not -0.5'],
    ['"3"', 'not "3"'],
    ['null', 'not null'],
    ['[1,2]', 'not [1,2]'],
  ])('has no use for a weight of %s', async (weight, not) => {
    const { stdout, stderr } = await run([`{"source":"198.18.1.2","weight":${weight}}`], { json: true });
    expect(stderr).toContain(`line 1: "weight" must be a number from 0 to 1e+300, ${not}`);
    expect(JSON.parse(stdout)).toMatchObject({ entries: [], totalWeight: 0 });
  });

  it('spares a legitimate source all the same where only its cost or its host bits are wrong', async () => {
    const lines = [source('198.18.1.2', 9), source('198.18.2.2', 9), source('198.18.3.2', 1)];
    const wrong = [
      { legit: '198.18.1.2', cost: 'high' },
      { legit: '198.18.2.1/24', cost: 1 },
    ];
    const ran = await run([...lines, ...wrong], { json: true });
    expect((JSON.parse(ran.stdout) as Plan).entries.map((entry) => entry.cidr)).toEqual(['198.18.3.2/32']);
    expect(ran.stderr).toContain('line 4: "cost" must be a number from 0');
    expect(ran.stderr).toContain('until that is corrected 198.18.2.0/24 is never covered');
  });

  it('reads a feed that begins with a byte order mark and ends its lines the other way', async () => {
    const { stderr, stdout } = await run(['\uFEFF{"source":"198.18.1.2","weight":1}\r', '\r'], {
      json: true,
    });
    expect(stderr).toBe('');
    expect((JSON.parse(stdout) as Plan).totalWeight).toBe(1);
  });

  it('says what stays outside', async () => {
    const { stdout } = await run(
      [source('198.18.1.2', 5), source('192.0.2.7', 2), source('203.0.113.9', 1)],
      {
        slots: '1',
      },
    );
    expect(stdout).toContain('No entry covers 2 sources of weight 3, the heaviest 192.0.2.7/32 with 2.');
  });

  it('uses nothing with --strict', async () => {
    const ran = await run([source('198.18.1.2'), 'nonsense'], { strict: true, json: true });
    expect(ran.error?.name).toBe('CommandError');
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain('line 2: is not JSON');
  });

  it.each<[Partial<PlanFlags>, string, string]>([
    [{ slots: 'many' }, 'UsageError', '--slots many: must be a whole number from 0 to 10000'],
    [{ slots: '1.5' }, 'UsageError', '--slots 1.5'],
    [{ allow: ['198.18.1.1/24'] }, 'UsageError', '--allow "198.18.1.1/24" has host bits set'],
    [{ minDensity: '2' }, 'UsageError', '--min-density 2: must be a number from 0 to 1'],
    [{ stability: '-1' }, 'UsageError', '--stability -1'],
    [{ maxWidth: '129' }, 'UsageError', '--max-width 129'],
  ])('refuses %j', async (flags, name, message) => {
    const { error } = await run([], flags);
    expect(error?.name).toBe(name);
    expect(error?.message).toContain(message);
  });

  it.each([
    ['{', 'is not a JSON array'],
    ['[{"ruleNumber":0,"cidr":"192.0.2.1"}]', 'entry 1: "ruleNumber" must be a whole number from 1 to 32766'],
    ['[{"ruleNumber":1,"cidr":"192.0.2.1/24"}]', 'entry 1: "192.0.2.1/24" has host bits set'],
    ['[{"ruleNumber":1}]', 'entry 1: "cidr" must be text'],
    [
      '[{"ruleNumber":1,"cidr":"192.0.2.1"},{"ruleNumber":1,"cidr":"192.0.2.2"}]',
      'rule number 1 is there twice',
    ],
  ])('refuses a --current file of %s', async (content, message) => {
    const { error } = await run([], { current: file('bad.json', content) });
    expect(error?.name).toBe('CommandError');
    expect(error?.message).toContain(message);
  });

  it('prints aligned text in a pipe and a table on a terminal, with the objective on request', async () => {
    const lines = [source('198.18.1.2', 3.5)];
    const piped = await run(lines, { explain: true });
    expect(piped.stdout).toContain('1 entry would block 3.5 of 3.5 (100.0 %); 1 change.');
    expect(piped.stdout).toContain('rule  deny           weight  sources  others covered');
    expect(piped.stdout).toContain('1     198.18.1.2/32  3.5     1        0');
    expect(piped.stdout).toContain('− 0.000001 × other addresses it covers');
    const terminal = await run(lines, {}, true);
    expect(terminal.stdout).toContain('│');
    const json = await run(lines, { explain: true, json: true });
    expect(json.stderr).toContain('the one with the largest');
    expect(() => JSON.parse(json.stdout) as unknown).not.toThrow();
  });
});
