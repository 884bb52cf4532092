import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { log, SITE, START, sweep } from './support/logs';

const ROOT = join(__dirname, '..', '..');
/** Inside the project, so that the program finds its packages and its data; node_modules is never committed. */
const folder = mkdtempSync(join(ROOT, 'node_modules', '.ringfence-test-'));
const program = join(folder, 'ringfence.js');

/** As `npm run build` bundles it, which is an ES module's business. */
const BUILD = `
  const { build } = await import('esbuild');
  const { programOptions } = await import('./scripts/program-options.mjs');
  await build({ ...programOptions, entryPoints: ['bin/ringfence.ts'], outfile: process.argv[1] });
`;

beforeAll(() => {
  execFileSync(process.execPath, ['--input-type=module', '--eval', BUILD, program], { cwd: ROOT });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts the program as a shell would, its standard streams being pipes. */
function start(args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder });
  const ran = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ran.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ran.stderr += text));
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => ({ ...ran, code, signal }));
  return { child, ended };
}

/** More bans than a pipe takes at once. */
const LONG_LOG = log(
  ...Array.from({ length: 600 }, (_, i) => sweep(`198.18.${i >> 8}.${i & 255}`, START + 60 * i)).flat(),
);

describe('the program ringfence', () => {
  it('reads a pipe to its end and prints one JSON document', async () => {
    const { child, ended } = start(['replay', '--json', ...SITE]);
    child.stdin.end(LONG_LOG);
    const { stdout, stderr, code } = await ended;
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect((JSON.parse(stdout) as { bans: unknown[] }).bans).toHaveLength(600);
  });

  it('ends quietly when its reader goes away, as under | head', async () => {
    const { child, ended } = start(['replay', '--json', ...SITE]);
    child.stdout.once('data', () => child.stdout.destroy());
    child.stdin.end(LONG_LOG);
    const { stderr, code } = await ended;
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  });

  (existsSync('/dev/full') ? it : it.skip)('fails with a message when its output has no room', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [program, '--help'], { stdio: ['ignore', full, 'pipe'] });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code] = (await once(child, 'close')) as unknown[];
    closeSync(full);
    expect({ stderr, code }).toEqual({
      stderr:
        'ringfence: standard output cannot be written: the disk is full, make room or choose another path\n',
      code: 1,
    });
  });

  it('ends with the exit code of what went wrong', async () => {
    const { stdout, stderr, code } = await start(['replay', '--vpc-cidr', '10.20.0.1/16']).ended;
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toMatch(/^ringfence: --vpc-cidr "10\.20\.0\.1\/16" has host bits set.*\n$/);
  });

  it('ends at Ctrl-C while it runs locally: no word, no half report, no process left', async () => {
    const { child, ended } = start(['local', '--report', 'report.html']);
    child.stdout.once('data', () => child.kill('SIGINT'));
    const { stdout, stderr, signal } = await ended;
    expect(stdout).toContain('Playing a recorded day');
    expect({ stderr, signal }).toEqual({ stderr: '', signal: 'SIGINT' });
    expect(existsSync(join(folder, 'report.html'))).toBe(false);
  });
});
