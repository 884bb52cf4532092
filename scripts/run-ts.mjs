// Runs a TypeScript file that is not part of the package: `node scripts/run-ts.mjs test/faults/main.ts --seed 1`.
// Bundled into node_modules/.cache, where its imports of packages are found.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [entry = '', ...args] = process.argv.slice(2);
const outfile = join(root, 'node_modules', '.cache', 'ringfence', `${entry.replaceAll(/[^\w]+/g, '-')}.cjs`);

await build({
  absWorkingDir: root,
  entryPoints: [resolve(entry)],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
});
process.argv = [process.argv[0] ?? 'node', outfile, ...args];
await import(outfile);
