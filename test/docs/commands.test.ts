import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Deployment } from '../../lambda/enforcement';
import { NOW } from '../enforcement/support/bans';
import { OperatedEnvironment } from '../cli/operate/support/environment';
import { type Ran, ringfence } from '../cli/support/ringfence';
import { allOf, callProblem, withoutNpx } from './support/check-call';
import { type Page, pages } from './support/pages';
import { type Call, Sandbox } from './support/sandbox';
import { createProgram } from '../../lib/cli/main';
import { processIo } from '../../lib/cli/support/cli-io';

/**
 * Every shell block of every page runs: by a real shell, where programs that would reach beyond a folder write down how
 * they were called. Then each call is checked against the real thing: `ringfence` by its own parser, and then it runs, in
 * the folder or against embedded services; `aws` by the SDK's description of the service, `cdk` by its help, `npm` by
 * package.json.
 */
const sandbox = new Sandbox();
const home = process.cwd();

interface PageRun {
  readonly page: Page;
  readonly calls: readonly Call[];
  readonly problem?: string;
}

const runs = pages()
  .filter(({ blocks }) => blocks.some(({ language }) => language === 'sh'))
  .map((page): PageRun => {
    try {
      return { page, calls: sandbox.run(page).map(withoutNpx) };
    } catch (error) {
      return { page, calls: [], problem: (error as Error).message };
    }
  });

const described = (call: Call) => `line ${call.line}: ${call.program} ${call.args.join(' ')}`;

afterAll(() => {
  process.chdir(home);
  sandbox.remove();
});

describe.each(runs)('$page.path', ({ calls, problem }) => {
  it('has shell blocks that a shell runs', () => {
    expect(problem).toBeUndefined();
    expect(calls.length).toBeGreaterThan(0);
  });

  if (calls.length === 0) return;

  it.each(calls.map((call) => [described(call), call] as const))(
    '%s: exists, with these options',
    async (_, call) => {
      expect(await callProblem(call)).toBeUndefined();
    },
  );

  const own = calls
    .filter(({ program }) => program === 'ringfence')
    .filter(({ args }) => reasonNotToRun(args) === undefined);
  if (own.length > 0) {
    describe('runs', () => {
      let environment: OperatedEnvironment;

      beforeAll(async () => {
        process.chdir(sandbox.folder);
        environment = await environmentWithBans();
      });

      afterAll(async () => {
        process.chdir(home);
        await environment.close();
      });

      it.each(own.map((call) => [described(call), call] as const))('%s', async (_, { args }) => {
        const ran = await runOne(environment, args);
        // 1 is what a check says that found something.
        const fine = /^(?:doctor|handset check)\b/.test(args.join(' ')) ? [0, 1] : [0];
        expect(fine.includes(ran.exitCode) ? 'done' : ran.stderr).toBe('done');
      });
    });
  }
});

/** Why a call is checked by its parser alone; undefined where it runs. */
function reasonNotToRun(args: readonly string[]): string | undefined {
  const text = args.join(' ');
  if (args[0] === 'local') return 'it takes half a minute, and CI runs it as the main job';
  if (text.includes('--watch')) return 'it does not end';
  if (/s3:\/\/|https?:\/\//.test(text)) return 'it would read what is not on this machine';
  if (args[0] === 'import' && !/\.\w+$/.test(args[1] ?? '')) return 'a feed that is known by name is fetched';
  if (args[0] === 'doctor' || args[0] === 'redrive')
    return 'it asks more services than are embedded here: test/emulator';
  return undefined;
}

/** The environment that pages speak of, with somebody banned in it. */
async function environmentWithBans(): Promise<OperatedEnvironment> {
  const environment = await OperatedEnvironment.start();
  environment.deploy({ environment: 'dev', mode: 'enforce' } satisfies Partial<Deployment>);
  for (const source of ['198.51.100.7', '203.0.114.9']) {
    await environment.run(['ban', source, '--for', '1h', '--because', 'seen in the log']);
  }
  return environment;
}

/** Runs a call of a page: in the folder, or against the embedded services under the name that they have. */
async function runOne(environment: OperatedEnvironment, written: readonly string[]): Promise<Ran> {
  // A page writes where firewalls read; here it is the folder.
  const args = written.map((arg, i) => (written[i - 1] === '--output' ? arg.replace(/^\/.*\//, '') : arg));
  const at = args.indexOf('--env');
  const isDeployed = at >= 0 && !['replay', 'plan'].includes(args[0] ?? '');
  const stdin = args.includes('-') ? gunzipSync(readFileSync('flow-logs/day.log.gz')) : undefined;
  if (!isDeployed) return ringfence(args, { clock: { nowMs: NOW * 1000 }, ...(stdin && { stdin }) });
  return environment.run(args.filter((_, i) => i !== at && i !== at + 1));
}

describe('what prose calls by name', () => {
  const program = createProgram(processIo());
  const known = new Map(allOf(program).map((command) => [command.name(), command]));
  const mentions = pages().flatMap(({ path, prose }) =>
    Array.from(prose.matchAll(/`(?:npx (?:--no-install )?)?ringfence ([a-z][^`]*)`/g), ([, call = '']) => ({
      path,
      call,
    })),
  );

  it.each(mentions)('$path: ringfence $call', ({ call }) => {
    const words = call.split(/\s+/);
    const names = words.filter((word) => known.has(word));
    expect(known.has((words[0] ?? '').split('|')[0] ?? '')).toBe(true);
    const options = new Set(names.flatMap((name) => known.get(name)?.options ?? []).map(({ long }) => long));
    const flags = (call.match(/--[a-z][a-z0-9-]*/g) ?? []).filter(
      (flag) => !['--help', '--version'].includes(flag),
    );
    expect([...options]).toEqual(expect.arrayContaining(flags));
  });
});
