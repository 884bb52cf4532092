// Writes the reference of all configuration keys into docs/configuration.md, between its markers, from the schema.
// test/config/reference.test.ts fails when the file is not current.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bundle = join(root, 'dist', 'configuration-reference.cjs');
const page = join(root, 'docs', 'configuration.md');

await build({
  absWorkingDir: root,
  entryPoints: ['lib/config/reference.ts'],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  packages: 'external',
  logLevel: 'warning',
});
const { configurationReference, withReference } = createRequire(import.meta.url)(bundle);
writeFileSync(page, withReference(readFileSync(page, 'utf8'), configurationReference()));
rmSync(bundle);
