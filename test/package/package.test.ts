import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const { version } = readJson(join(ROOT, 'package.json')) as { readonly version: string };

/** One tarball as `npm pack --json` describes it; sizes in bytes. */
interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, string>>;
}

const folder = mkdtempSync(join(tmpdir(), 'ringfence-package-'));
let packed: Packed;
let tarball: string;

/** Without anything that would lead to an account or into this project. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:AWS_|CDK_|NODE_PATH|NODE_OPTIONS|npm_)/.test(name)),
);

function run(cwd: string, command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function install(cwd: string, ...packages: readonly string[]): void {
  run(cwd, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', ...packages);
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

beforeAll(() => {
  const out = run(ROOT, 'npm', 'pack', '--json', '--pack-destination', folder);
  // Scripts of the package may print before the document.
  [packed] = JSON.parse(out.slice(out.indexOf('[\n'))) as [Packed];
  tarball = join(folder, packed.filename);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the tarball', () => {
  const paths = () => packed.files.map(({ path }) => path);

  it('has the command line, the library with its types, the functions, the docs and the licence', () => {
    const functions = readdirSync(join(ROOT, 'dist', 'lambda')).map((name) => `dist/lambda/${name}/index.js`);
    expect(functions.length).toBeGreaterThanOrEqual(3);
    expect(paths()).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'CHANGELOG.md',
        'dist/ringfence.js',
        'dist/replay-thread.js',
        'dist/index.js',
        'dist/types/lib/library/index.d.ts',
        'docs/library.md',
        'examples/data/recorded-day.log.gz',
        'examples/library/app.ts',
        ...functions,
      ]),
    );
  });

  it('has no test, no benchmark, no source map and no source but the example', () => {
    const strays = paths().filter(
      (path) =>
        /^(?:test|bench|lib|lambda|bin|scripts)\/|\.map$|\.test\./.test(path) ||
        (path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.startsWith('examples/library/')),
    );
    expect(strays).toEqual([]);
  });

  it('is small: 2 MB packed and 6 MB unpacked at most', () => {
    expect(packed.size).toBeLessThan(2e6);
    expect(packed.unpackedSize).toBeLessThan(6e6);
  });
});

describe('installed into an empty folder', () => {
  const home = join(folder, 'empty');
  const ringfence = (...args: readonly string[]) => run(home, 'npx', '--no-install', 'ringfence', ...args);

  beforeAll(() => {
    mkdirSync(home);
    install(home, tarball);
    copyFileSync(join(ROOT, 'examples', 'data', 'recorded-day.log.gz'), join(home, 'day.log.gz'));
  });

  it('does not bring the CDK, which only the library needs', () => {
    expect(existsSync(join(home, 'node_modules', 'aws-cdk-lib'))).toBe(false);
    expect(existsSync(join(home, 'node_modules', 'esbuild'))).toBe(false);
  });

  it('tells its version', () => {
    expect(ringfence('--version').trim()).toBe(version);
  });

  it('replays a log as the project itself does', () => {
    const args = ['replay', 'day.log.gz', '--vpc-cidr', '10.0.0.0/8', '--json'];
    const { seconds, ...replayed } = JSON.parse(ringfence(...args)) as { seconds: number; bans: unknown[] };
    const own = run(home, process.execPath, join(ROOT, 'dist', 'ringfence.js'), ...args);
    expect(seconds).toBeGreaterThan(0);
    expect(replayed.bans.length).toBeGreaterThan(50);
    expect(replayed).toEqual({ ...(JSON.parse(own) as object), seconds: undefined });
  });
});

describe('the library example', () => {
  const home = join(folder, 'library');
  const template = (stack: string) =>
    (readJson(join(home, 'cdk.out', `${stack}.template.json`)) as { Resources: Record<string, Resource> })
      .Resources;
  const resources = (stack: string, type: string) =>
    Object.values(template(stack)).filter(({ Type }) => Type === type);

  beforeAll(() => {
    cpSync(join(ROOT, 'examples', 'library'), home, { recursive: true });
    const manifest = readJson(join(home, 'package.json')) as { dependencies: Record<string, string> };
    manifest.dependencies['ringfence'] = `file:${tarball}`;
    writeFileSync(join(home, 'package.json'), JSON.stringify(manifest));
    install(home);
  });

  it('compiles against the types, which are whole: no library is skipped', () => {
    expect(run(home, 'npx', '--no-install', 'tsc', '--skipLibCheck', 'false')).toBe('');
  });

  it('synthesises without credentials and without a bundler', () => {
    expect(existsSync(join(home, 'node_modules', 'esbuild'))).toBe(false);
    run(home, 'npx', '--no-install', 'cdk', 'synth', '--quiet');
    expect(resources('PbxState', 'AWS::DynamoDB::Table')).toHaveLength(1);
    expect(resources('Pbx', 'AWS::EC2::NetworkAcl')).toHaveLength(1);
    expect(resources('Pbx', 'AWS::WAFv2::IPSet')).toHaveLength(2);
  });

  it('deploys the functions that the package brings', () => {
    const functions = resources('Pbx', 'AWS::Lambda::Function').filter(
      ({ Metadata }) => Metadata?.['aws:asset:path'] !== undefined,
    );
    expect(functions.length).toBeGreaterThanOrEqual(2);
    for (const { Metadata } of functions) {
      const index = join(home, 'cdk.out', Metadata?.['aws:asset:path'] ?? '', 'index.js');
      expect(readFileSync(index, 'utf8')).toContain('handler');
    }
  });
});
