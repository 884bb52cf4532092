/** Lets jest, which runs CommonJS, load a package that is published as ES modules only. */
const { transformSync } = require('esbuild');

module.exports = {
  process: (source, path) => transformSync(source, { format: 'cjs', target: 'node20', sourcefile: path }),
};
