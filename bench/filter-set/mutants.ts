/**
 * Deliberately broken variants of the optimiser, each of which the comparison with exhaustive search must catch:
 * node bench/run.mjs filter-set/mutants [instances]. Each variant is the real source with one text replaced, compiled
 * and run on the same instances as the tests until the first mismatch. Exits 1 if one survives or no longer applies.
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build as bundle } from 'esbuild';
import type { FilterSet, FilterSetProblem } from '../../lambda/filter-set';
import { mutants } from './mutant-list';

interface Variant {
  readonly chooseFilterSet: (problem: FilterSetProblem) => FilterSet;
  readonly instance: (seed: number) => FilterSetProblem;
  readonly mismatch: (problem: FilterSetProblem, solution: FilterSet) => string | undefined;
}

const ENTRY = `
  export { chooseFilterSet } from './lambda/filter-set/choose';
  export { instance } from './test/filter-set/instances';
  export { mismatch } from './test/filter-set/mismatch';`;

async function compile(file: string, from: string, to: string): Promise<Variant> {
  const path = join(process.cwd(), 'lambda', 'filter-set', file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) throw new Error(`${file} does not hold exactly once: ${from}`);
  const { outputFiles } = await bundle({
    stdin: { contents: ENTRY, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    plugins: [
      {
        name: 'mutate',
        setup: (build) =>
          build.onLoad({ filter: new RegExp(`filter-set/${basename(file)}$`) }, (args) =>
            args.path === path ? { contents: source.replace(from, () => to), loader: 'ts' } : undefined,
          ),
      },
    ],
  });
  const loaded = { exports: {} };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  new Function('module', 'exports', outputFiles[0]?.text ?? '')(loaded, loaded.exports);
  return loaded.exports as Variant;
}

/** @returns the first instance that shows the variant to be wrong, or undefined */
function caughtBy({ chooseFilterSet, instance, mismatch }: Variant, instances: number): number | undefined {
  for (let seed = 1; seed <= instances; seed++) {
    const problem = instance(seed);
    try {
      if (mismatch(problem, chooseFilterSet(problem)) !== undefined) return seed;
    } catch {
      return seed;
    }
  }
  return undefined;
}

async function main(): Promise<void> {
  const instances = Number(process.argv[2] ?? 20_000);
  const survivors: string[] = [];
  for (const { file, from, to, wrong } of mutants) {
    const seed = caughtBy(await compile(file, from, to), instances);
    if (seed === undefined) survivors.push(wrong);
    console.error(`${seed === undefined ? 'SURVIVES' : `caught by instance ${seed}`}: ${wrong}`);
  }
  const caught = mutants.length - survivors.length;
  console.log(JSON.stringify({ instances, mutants: mutants.length, caught, survivors }));
  process.exitCode = survivors.length > 0 ? 1 : 0;
}

void main();
