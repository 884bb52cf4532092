/**
 * Scores detection on labelled flow logs.
 *
 *   npm run accuracy                  all sets in the repository; writes docs/accuracy.md, docs/accuracy.svg, figures.json
 *   npm run accuracy -- --check       measures, writes nothing, fails where a figure is worse than it was
 *   npm run accuracy -- --data DIR    scores other sets, and prints
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { disturbed, DISTURBANCES } from './disturbances';
import { disturbedFigures, FIGURES_FILE, figuresOf, parseFigures, regressions } from './figures';
import { added, measured, type SetResult, type Tally } from './measure';
import { accuracyPage } from './page';
import { accuracyPlot, total } from './plot';
import { folderSets, repositorySets, type SetFile } from './sets';

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, data: { type: 'string' } } });
  const files = values.data === undefined ? repositorySets() : await folderSets(values.data);
  const writes = values.check !== true && values.data === undefined;
  const results: SetResult[] = [];
  const disturbances = values.data === undefined ? await allDisturbed(files) : new Map<string, Tally>();
  for (const [name, { caught, probes, falseBans }] of disturbances) {
    console.log(`${name.padEnd(40)}  recall ${(caught / probes).toFixed(2)}  false ${falseBans}`);
  }
  for (const file of files) {
    const result = await measured(file, writes);
    results.push(result);
    console.log(lineOf(result));
  }
  const { probes, caught, falseBans } = total(results);
  console.log(`all: ${caught} of ${probes} probes banned, ${falseBans} false bans`);
  const figures = { ...figuresOf(results), ...disturbedFigures(disturbances) };
  if (writes) {
    await writeFile('docs/accuracy.md', accuracyPage(results, disturbances));
    await writeFile('docs/accuracy.svg', accuracyPlot(results));
    await writeFile(FIGURES_FILE, `${JSON.stringify(figures, null, 2)}\n`);
    return 0;
  }
  if (values.check !== true) return 0;
  const worse = regressions(figures, parseFigures(await readFile(FIGURES_FILE, 'utf8')));
  for (const sentence of worse) console.error(`worse: ${sentence}`);
  return worse.length === 0 ? 0 : 1;
}

/** Times each set is disturbed in each way. */
const SEEDS = 3;

/** By disturbance, all recorded sets added up; derived ones are disturbed already. */
async function allDisturbed(files: readonly SetFile[]): Promise<Map<string, Tally>> {
  const bySet: ReadonlyMap<string, Tally>[] = [];
  for (const file of files.filter(({ isDerived }) => isDerived !== true)) {
    bySet.push(await disturbed(file, SEEDS));
  }
  return new Map(
    DISTURBANCES.map(({ name }) => [name, added(bySet.flatMap((tallies) => tallies.get(name) ?? []))]),
  );
}

function lineOf({ name, score }: SetResult): string {
  const { recall, precision, falseBans, median, p90 } = score;
  return [
    name.padEnd(28),
    `recall ${recall.toFixed(2)}`,
    `precision ${precision.toFixed(2)}`,
    `false ${falseBans.length}`,
    `median ${median ?? '–'} s`,
    `p90 ${p90 ?? '–'} s`,
    falseBans.join(', '),
  ].join('  ');
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
