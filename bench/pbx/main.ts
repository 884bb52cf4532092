import { PBX_DIALECTS } from '../../lambda/pbx-log';
import { randomOf } from '../../test/support/detection-delivery';
import { actors } from './actors';
import { measure, type Row } from './measure';

/** Copies of each actor, each with other moments. */
const COPIES = 5;
const SEED = 9;

/** Prints, for each kind of log, who is banned, who is a suspect, and after how long. */
async function main(): Promise<void> {
  const everybody = actors(COPIES, randomOf(SEED));
  for (const dialect of PBX_DIALECTS) {
    const rows = await measure(everybody, dialect);
    process.stdout.write(`\n${dialect}: ${summary(rows)}\n`);
    for (const row of rows) process.stdout.write(`${lineOf(row)}\n`);
  }
}

function summary(rows: readonly Row[]): string {
  const sum = (some: readonly Row[], field: 'sources' | 'banned') =>
    some.reduce((total, row) => total + row[field], 0);
  const attacks = rows.filter(({ isAttack }) => isAttack);
  const others = rows.filter(({ isAttack }) => !isAttack);
  return `${sum(attacks, 'banned')} of ${sum(attacks, 'sources')} attackers banned, ${sum(others, 'banned')} of ${sum(others, 'sources')} others`;
}

function lineOf({ name, isAttack, sources, banned, proven, suspects, seconds }: Row): string {
  const when = banned === 0 ? '' : ` after ${Math.round(seconds / 60)} min`;
  const what = `${banned}/${sources} banned${when}, ${proven} proven, ${suspects} suspects`;
  return `  ${isAttack ? 'attack' : 'other '}  ${name.padEnd(70)} ${what}`;
}

void main();
