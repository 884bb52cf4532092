/** What breaks first, from 1 k to 10 M records a second: `node bench/run.mjs scale/main`. Prints a table and JSON. */
import { machine } from '../filter-set/machine';
import { measureCosts } from './measure';
import { type Bearing, bearingOf, type Load } from './model';

const LOADS: readonly Load[] = [1e3, 1e4, 1e5, 1e6, 1e7].flatMap((recordsPerSecond) =>
  [1e3, 1e4, 1e5, 1e6]
    .filter(
      (activeSources) => activeSources <= recordsPerSecond * 10 && activeSources * 1e4 >= recordsPerSecond,
    )
    .map((activeSources) => ({ recordsPerSecond, activeSources })),
);

const COLUMNS: readonly [title: string, value: (bearing: Bearing) => string][] = [
  ['records/s', ({ recordsPerSecond }) => short(recordsPerSecond)],
  ['sources/min', ({ activeSources }) => short(activeSources)],
  ['deliveries/s', ({ direct }) => short(direct.invocationsPerSecond)],
  ['direct λ', ({ direct }) => short(direct.concurrency)],
  ['S3 files/min', ({ objects }) => short(objects.filesPerMinute)],
  ['S3 λ', ({ objects }) => short(objects.concurrency)],
  ['ledger writes/s', ({ ledger }) => short(ledger.writesPerSecond)],
  ['hottest partition/s', ({ ledger }) => short(ledger.hottestPartition)],
  ['judge s/tick', ({ judge }) => short(judge.seconds)],
  ['$/month direct', ({ dollars }) => short(dollars.direct)],
  ['$/month S3', ({ dollars }) => short(dollars.objects)],
  ['$/month logs, CloudWatch · S3', ({ dollars }) => `${short(dollars.logs)} · ${short(dollars.s3Logs)}`],
  ['nearest to its limit', ({ firstToBreak }) => firstToBreak.direct],
];

function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(2))} M`;
  if (value >= 1e3) return `${Number((value / 1e3).toPrecision(2))} k`;
  return value < 0.1 ? '< 0.1' : String(Number(value.toPrecision(2)));
}

async function main(): Promise<void> {
  const costs = await measureCosts();
  const bearings = LOADS.map((load) => bearingOf(load, costs));
  const rows = bearings.map((bearing) => COLUMNS.map(([, value]) => value(bearing)));
  const lines = [COLUMNS.map(([title]) => title), COLUMNS.map(() => '---'), ...rows];
  process.stdout.write(`${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n\n`);
  process.stdout.write(`${JSON.stringify({ machine: machine(), costs }, null, 1)}\n`);
}

void main();
