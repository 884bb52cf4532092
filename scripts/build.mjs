// Compiles what runs: the CLI, the CDK app and the Lambda bundles, into dist/.
// `npm ci` runs it (the prepare script), and so does cdk.json before each synthesis.
import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { scannerPlugin } from './compile-scanner.mjs';
import { functionPlugins } from './function-plugins.mjs';
import { programOptions, root } from './program-options.mjs';

const dist = join(root, 'dist');

/** The command line, the CDK app and the library. */
const programs = build({
  ...programOptions,
  entryPoints: {
    ringfence: 'bin/ringfence.ts',
    app: 'bin/app.ts',
    index: 'lib/library/index.ts',
    'replay-thread': 'lib/cli/replay/replay-thread.ts',
  },
  outdir: dist,
});

const functionNames = [
  'detect',
  'detect-objects',
  'enforce',
  'pbx',
  'notify',
  'feeds',
  'provision',
  'widget',
];
/** One folder per function, each holding only what it uses. The AWS SDK is bundled: a pinned version beats the runtime's. */
const functions = functionNames.map((name) =>
  build({
    ...programOptions,
    packages: 'bundle',
    entryPoints: [join('lambda', 'handlers', `${name}.ts`)],
    outfile: join(dist, 'lambda', name, 'index.js'),
    target: 'node22',
    minify: true,
    // Beside the bundles, not in them: nothing loads them but who reads a stack trace.
    sourcemap: 'external',
    mainFields: ['module', 'main'],
    plugins: [scannerPlugin, ...functionPlugins],
  }),
);

rmSync(join(dist, 'lambda'), { recursive: true, force: true });
mkdirSync(join(dist, 'source-maps'), { recursive: true });
await Promise.all([programs, ...functions]);
for (const name of functionNames) {
  renameSync(join(dist, 'lambda', name, 'index.js.map'), join(dist, 'source-maps', `${name}.js.map`));
}
chmodSync(join(dist, 'ringfence.js'), 0o755);
