// Compiles the record scanner, lambda/flow-log/assembly, from AssemblyScript to WebAssembly. What was compiled once is
// kept under node_modules/.cache by the hash of its sources. As a program: prints the module in base64.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'lambda', 'flow-log', 'assembly');
const cache = join(root, 'node_modules', '.cache', 'ringfence');
/** No run-time library, no imports, and memory that never grows, so that views of it stay valid. 13 pages of 64 KiB. */
const OPTIONS = '-O3 --runtime stub --enable simd --use abort= --initialMemory 13 --maximumMemory 13'.split(
  ' ',
);

/** The bytes of the compiled module. */
export async function compileScanner() {
  const names = readdirSync(folder).sort();
  const hash = createHash('sha256').update(JSON.stringify(OPTIONS));
  hash.update(createRequire(import.meta.url)('assemblyscript/package.json').version);
  for (const name of names) hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  const cached = join(cache, `scanner-${hash.digest('hex').slice(0, 16)}.wasm`);
  if (existsSync(cached)) return readFileSync(cached);
  const bytes = await compile();
  mkdirSync(cache, { recursive: true });
  const partial = `${cached}.${process.pid}`;
  writeFileSync(partial, bytes);
  renameSync(partial, cached);
  return readFileSync(cached);
}

async function compile() {
  const { default: asc } = await import('assemblyscript/asc');
  let bytes;
  const { error, stderr } = await asc.main(['scanner.ts', ...OPTIONS, '-o', 'scanner.wasm'], {
    readFile: (name, base) => {
      const path = join(folder, base === '.' ? name : join(base, name));
      return existsSync(path) ? readFileSync(path, 'utf8') : null;
    },
    writeFile: (name, contents) => {
      if (name === 'scanner.wasm') bytes = contents;
    },
    listFiles: () => [],
  });
  if (error || bytes === undefined) throw new Error(`the scanner does not compile: ${stderr.toString()}`);
  return bytes;
}

/** esbuild: `import bytes from './scanner.wasm'` is the compiled module. */
export const scannerPlugin = {
  name: 'record-scanner',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/scanner\.wasm$/ }, () => ({
      path: join(folder, 'scanner.ts'),
      namespace: 'scanner',
    }));
    onLoad({ filter: /.*/, namespace: 'scanner' }, async () => ({
      contents: await compileScanner(),
      loader: 'binary',
    }));
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write((await compileScanner()).toString('base64'));
}
