// Runs a TypeScript file that is not part of the package: `node scripts/run-ts.mjs test/faults/main.ts --seed 1`.
// Bundled into node_modules/.cache, where its imports of packages are found.
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { programOptions, root } from './program-options.mjs';

const [entry = '', ...args] = process.argv.slice(2);
const outfile = join(root, 'node_modules', '.cache', 'ringfence', `${entry.replaceAll(/[^\w]+/g, '-')}.cjs`);

await build({ ...programOptions, entryPoints: [resolve(entry)], outfile, sourcemap: 'inline' });
process.argv = [process.argv[0] ?? 'node', outfile, ...args];
await import(outfile);
