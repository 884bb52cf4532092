// How a Node program of the project is bundled: npm packages stay in node_modules and are loaded when first needed.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scannerPlugin } from './compile-scanner.mjs';

/** The project's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** An ES module, which a CommonJS program on Node.js 20 cannot load from node_modules. */
const bundleParquetReader = {
  name: 'bundle-parquet-reader',
  setup({ onResolve }) {
    onResolve({ filter: /^hyparquet$/ }, () => ({ path: fileURLToPath(import.meta.resolve('hyparquet')) }));
  },
};

/** What `lambda/schema.ts` takes of zod, and not all its languages: loading those takes longer than a short command. */
const bundleSmallSchemas = {
  name: 'bundle-small-schemas',
  setup({ onResolve }) {
    onResolve({ filter: /^zod\/(mini|locales)$/ }, ({ path }) => ({
      path: fileURLToPath(import.meta.resolve(path)),
      sideEffects: false,
    }));
  },
};

/** Options of esbuild, without entry and output. */
export const programOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  plugins: [bundleParquetReader, bundleSmallSchemas, scannerPlugin],
  logLevel: 'warning',
  legalComments: 'none',
};
