import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BUCKET, ObjectStore } from '../handlers/support/object-store';
import { parquetOf } from '../support/parquet';
import { Folder } from './support/folder';
import { HEADER, log, SITE, sweep } from './support/logs';
import { ringfence } from './support/ringfence';

const ROOT = join(__dirname, '..', '..');
const RECORDED = join(ROOT, 'test', 'data', 'detection', 'lab_all_P1.v2.log.gz');
const folder = new Folder();
let store: ObjectStore;
beforeAll(async () => {
  store = await ObjectStore.start();
});
afterAll(async () => {
  await store.stop();
  folder.remove();
});

/** What `replay --json` prints, without how long it took. */
async function replay(paths: readonly string[], stdin?: Buffer): Promise<Record<string, unknown>> {
  const { endpoint, region } = store.settings;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' });
  const flags = ['--vpc-cidr', '10.20.0.0/16', '--endpoint-url', endpoint, '--region', region, '--json'];
  const ran = await ringfence(['replay', ...paths, ...flags], { ...(stdin && { stdin }) });
  expect({ stderr: ran.stderr, exitCode: ran.exitCode }).toEqual({ stderr: '', exitCode: 0 });
  const { seconds, ...document } = JSON.parse(ran.stdout) as Record<string, unknown>;
  expect(seconds).toBeDefined();
  return document;
}

describe('replay reads', () => {
  let text: Buffer;
  let parquet: Buffer;
  let expected: Record<string, unknown>;
  beforeAll(async () => {
    text = gunzipSync(readFileSync(RECORDED));
    const path = join(folder.path, 'recorded.log');
    writeFileSync(path, text);
    parquet = await parquetOf(path);
    writeFileSync(join(folder.path, 'recorded.parquet'), parquet);
    expected = await replay([RECORDED]);
    expect((expected['bans'] as unknown[]).length).toBeGreaterThan(10);
  });

  it('Parquet as it reads text, from a file and from standard input', async () => {
    expect(await replay([join(folder.path, 'recorded.parquet')])).toEqual(expected);
    expect(await replay(['-'], parquet)).toEqual(expected);
  });

  it('text from standard input as from a file', async () => {
    expect(await replay(['-'], gzipSync(text))).toEqual(expected);
  });

  it('parts of a log in any order as the whole', async () => {
    const [header = '', ...lines] = text.toString().trimEnd().split('\n');
    const parts = [0, 1, 2, 3].map((part) => {
      const path = join(folder.path, `part-${part}.log`);
      writeFileSync(path, `${header}\n${lines.filter((_, i) => i % 4 === part).join('\n')}\n`);
      return path;
    });
    expect(await replay(parts)).toEqual(expected);
    expect(await replay(parts.reverse())).toEqual(expected);
  });

  it('an object in S3, and all whose keys begin so, text and Parquet', async () => {
    const [header = '', ...lines] = text.toString().trimEnd().split('\n');
    const half = join(folder.path, 'half.log');
    writeFileSync(half, `${header}\n${lines.slice(0, 4000).join('\n')}\n`);
    store.put('AWSLogs/day/1.parquet', await parquetOf(half));
    store.put('AWSLogs/day/2.log.gz', gzipSync(`${header}\n${lines.slice(4000).join('\n')}\n`));
    store.put('AWSLogs/other.log.gz', gzipSync(text));
    expect(await replay([`s3://${BUCKET}/AWSLogs/day/`])).toEqual(expected);
    expect(await replay([`s3://${BUCKET}/AWSLogs/other.log.gz`])).toEqual(expected);
  });

  it('nothing where there is no such object, and says so', async () => {
    const { endpoint, region } = store.settings;
    const args = [...SITE, `s3://${BUCKET}/no-such`, '--endpoint-url', endpoint, '--region', region];
    const ran = await ringfence(['replay', ...args]);
    expect(ran).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ran.stderr).toContain(`there is no object in S3 whose key begins so: s3://${BUCKET}/no-such`);
  });
});

const program = join(ROOT, 'dist', 'ringfence.js');
const built = existsSync(program) && existsSync(join(ROOT, 'dist', 'replay-thread.js'));

// Only where somebody has built: `node scripts/build.mjs`, which `npm ci` runs.
(built ? describe : describe.skip)('replay on several threads', () => {
  const run = (threads: string, paths: readonly string[], ...flags: readonly string[]) => {
    const args = [program, 'replay', ...paths, ...SITE, '--threads', threads, '--json', ...flags];
    return execFileSync(process.execPath, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
    });
  };
  /** Enough bytes that threads pay. */
  const makeLogs = () =>
    Array.from({ length: 5 }, (_, file) => {
      const path = join(folder.path, `large-${file}.log`);
      const lines = Array.from({ length: 6000 }, (__, i) =>
        sweep(`198.51.${(i * 7 + file) % 100}.${i % 250}`, 1_764_000_000 + 60 * ((i * 13 + file) % 90)),
      );
      writeFileSync(path, log(...lines.flat()));
      return path;
    });

  it('prints to the byte what one prints', () => {
    const paths = makeLogs();
    const bytes = paths.reduce((sum, path) => sum + readFileSync(path).length, 0);
    expect(bytes).toBeGreaterThan(8 * 1024 * 1024);
    const untimed = (json: string) => json.replace(/"seconds": .*/, '');
    const first = run('1', paths);
    expect(JSON.parse(first)).toMatchObject({ records: { sip: 90_000 } });
    const one = untimed(first);
    expect(untimed(run('2', paths))).toBe(one);
    expect(untimed(run('3', paths.reverse()))).toBe(one);
  });

  it('says which input cannot be read', () => {
    const [first = '', ...rest] = makeLogs();
    writeFileSync(first, `${HEADER.replace('dstport ', '')}\n`);
    expect(() => run('2', [first, ...rest])).toThrow(`${first}: the format lacks dstport`);
  });
});
