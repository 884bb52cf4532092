/** Lets jest import the record scanner: compiles it as the build does. */
const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { readdirSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const compiler = join(__dirname, '..', '..', 'scripts', 'compile-scanner.mjs');

module.exports = {
  process: () => {
    const base64 = execFileSync(process.execPath, [compiler], { encoding: 'utf8' });
    return { code: `module.exports = Buffer.from('${base64}', 'base64');` };
  },
  // The module is made of every file of the folder, not of the one that jest asks for.
  getCacheKey: (_source, path) => {
    const files = [compiler, ...readdirSync(dirname(path)).map((name) => join(dirname(path), name))];
    const hash = createHash('sha256');
    for (const file of files.sort()) hash.update(readFileSync(file));
    return hash.digest('hex');
  },
};
