// Runs a benchmark: node bench/run.mjs filter-set/timing [arguments]. Bundles it to a file of its own first, so that
// what is measured is compiled as what is shipped.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { scannerPlugin } from '../scripts/compile-scanner.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [name, ...rest] = process.argv.slice(2);
if (name === undefined) {
  console.error('usage: node bench/run.mjs <folder>/<benchmark> [arguments], for example filter-set/timing');
  process.exit(2);
}

// Below node_modules, so that packages which are not bundled are found from there.
const cache = join(root, 'node_modules', '.cache', 'ringfence');
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'bench-'));
try {
  const outfile = join(folder, 'bench.cjs');
  await build({
    absWorkingDir: root,
    entryPoints: [`bench/${name}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['esbuild', '@duckdb/node-api'],
    plugins: [scannerPlugin],
    logLevel: 'warning',
  });
  const env = { ...process.env, NODE_PATH: join(root, 'node_modules') };
  const run = spawnSync(process.execPath, ['--expose-gc', outfile, ...rest], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
