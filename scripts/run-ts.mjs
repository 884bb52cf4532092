// Runs a TypeScript file that is not part of the package: `node scripts/run-ts.mjs test/faults/main.ts --seed 1`.
// Bundled into node_modules/.cache, where its imports of packages are found.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { scannerPlugin } from './compile-scanner.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [entry = '', ...args] = process.argv.slice(2);
const outfile = join(root, 'node_modules', '.cache', 'ringfence', `${entry.replaceAll(/[^\w]+/g, '-')}.cjs`);

/** An ES module, which a CommonJS program on Node.js 20 cannot load from node_modules. */
const bundleParquetReader = {
  name: 'bundle-parquet-reader',
  setup({ onResolve }) {
    onResolve({ filter: /^hyparquet$/ }, () => ({ path: fileURLToPath(import.meta.resolve('hyparquet')) }));
  },
};

await build({
  absWorkingDir: root,
  entryPoints: [resolve(entry)],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  plugins: [bundleParquetReader, scannerPlugin],
  sourcemap: 'inline',
  logLevel: 'warning',
});
process.argv = [process.argv[0] ?? 'node', outfile, ...args];
await import(outfile);
