import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes a bundle may have, because a cold start parses all of it (docs/performance.md has what they are now). */
const LIMITS = {
  detect: 400_000,
  'detect-objects': 600_000,
  enforce: 900_000,
  pbx: 400_000,
  notify: 700_000,
  feeds: 450_000,
  provision: 450_000,
  widget: 480_000,
};

const bundleOf = (name: string) => join(__dirname, '..', '..', 'dist', 'lambda', name, 'index.js');
const built = Object.keys(LIMITS).every((name) => existsSync(bundleOf(name)));

// Only where somebody has built: `node scripts/build.mjs`, which `npm ci` runs.
(built ? describe : describe.skip)('the bundles that are deployed', () => {
  it.each(Object.entries(LIMITS))('%s loads, exports a handler and is small', (name, limit) => {
    const script = `console.log(typeof require(process.argv[1]).handler)`;
    expect(execFileSync(process.execPath, ['-e', script, bundleOf(name)], { encoding: 'utf8' })).toBe(
      'function\n',
    );
    const { size } = statSync(bundleOf(name));
    process.stdout.write(`${name}: ${(size / 1000).toFixed(0)} KB\n`);
    expect(size).toBeLessThanOrEqual(limit);
  });
});
