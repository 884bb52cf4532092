import type { EChartsOption } from 'echarts';
import { type Buckets, bucketsFor, bucketStarts, sumByBucket } from './buckets';
import { AXIS, chart } from './chart';
import type { Html } from '../../../lambda/widget/html';
import type { ReportModel } from './model';
import { cell, table } from './table';
import { timeAxis } from './time-axis';
import { count, counted, durationText, median, spanText, utc } from './words';

const MOST_BUCKETS = 60;
const TO_BAN_BOUNDS = [60, 120, 300, 900, 3600, 6 * 3600];

/** New bans in each interval, and how many stood at its end. */
export function standingChart(model: ReportModel): Html {
  const buckets = bucketsFor(model.from, model.to, MOST_BUCKETS);
  const made = sumByBucket(
    buckets,
    model.input.result.bans.map(({ bannedAt }) => ({ at: bannedAt, amount: 1 })),
  );
  const standing = standingAtEnds(model, buckets);
  return chart({
    id: 'standing-chart',
    title: 'New bans, and bans in force',
    description: `Bars for new bans in each interval, a line for the bans in force: at most ${count(Math.max(...standing))} at once, ${count(standing.at(-1) ?? 0)} at the end of the log.`,
    width: 'full',
    height: 260,
    option: (narrow) => standingOption(buckets, made, standing, narrow),
    legend: [
      { name: 'New bans', colour: 'var(--banned)' },
      { name: 'In force at the end of the interval', colour: 'var(--ours)' },
    ],
    numbers: table({
      caption: 'Bans by interval',
      columns: [
        { name: 'From (UTC)' },
        { name: 'New', numeric: true },
        { name: 'In force at its end', numeric: true },
      ],
      rows: bucketStarts(buckets).map((start, i) => [
        cell(utc(start)),
        cell(count(made[i] ?? 0)),
        cell(count(standing[i] ?? 0)),
      ]),
    }),
  });
}

function standingAtEnds({ input, to }: ReportModel, buckets: Buckets): number[] {
  return bucketStarts(buckets).map((start) => {
    const end = Math.min(to, start + buckets.size - 1);
    const keys = input.result.bans
      .filter((ban) => ban.bannedAt <= end && end < ban.expiresAt)
      .map(({ key }) => key);
    return new Set(keys).size;
  });
}

function standingOption(
  buckets: Buckets,
  made: readonly number[],
  standing: readonly number[],
  narrow: boolean,
): EChartsOption {
  return {
    grid: { left: 4, right: 20, top: 12, bottom: 4, containLabel: true },
    xAxis: timeAxis(buckets, narrow),
    yAxis: { ...AXIS, type: 'value', minInterval: 1 },
    series: [
      {
        type: 'bar',
        name: 'New bans',
        silent: true,
        color: 'var(--banned)',
        z: 3,
        barMaxWidth: 28,
        data: [...made],
      },
      {
        type: 'line',
        name: 'In force',
        silent: true,
        color: 'var(--ours)',
        symbol: 'none',
        step: 'middle',
        lineStyle: { width: 2.5 },
        areaStyle: { opacity: 0.12 },
        data: [...standing],
      },
    ],
  };
}

/** How soon each source was banned. */
export function toBanChart(model: ReportModel): Html {
  const times = model.banned.map(({ toBan }) => toBan);
  const since = model.input.activity === undefined ? 'first evidence' : 'first packet';
  const counts = [...TO_BAN_BOUNDS, Infinity].map((bound, i) => {
    const above = TO_BAN_BOUNDS[i - 1] ?? -1;
    return { name: bucketName(bound, above), value: times.filter((t) => t > above && t <= bound).length };
  });
  return bars(
    'to-ban-chart',
    `Time from ${since} to ban`,
    `Half of the ${counted(times.length, 'source')} were banned within ${spanText(median(times) ?? 0)}.`,
    'Time',
    counts,
  );
}

function bucketName(bound: number, above: number): string {
  return Number.isFinite(bound) ? `≤ ${spanText(bound)}` : `> ${spanText(above)}`;
}

/** How long bans last. */
export function durationsChart({ input }: ReportModel): Html {
  const counts = new Map<number, number>();
  for (const { bannedAt, expiresAt } of input.result.bans) {
    counts.set(expiresAt - bannedAt, (counts.get(expiresAt - bannedAt) ?? 0) + 1);
  }
  const ranked = [...counts].sort(([a], [b]) => a - b);
  const shown =
    ranked.length <= 8
      ? ranked
      : [...counts]
          .sort(([, a], [, b]) => b - a)
          .slice(0, 8)
          .sort(([a], [b]) => a - b);
  return bars(
    'durations-chart',
    'Length of bans',
    `${counted(input.result.bans.length, 'ban')} of ${counted(ranked.length, 'different length')}.`,
    'Length',
    shown.map(([seconds, value]) => ({ name: durationText(seconds), value })),
  );
}

interface NamedCount {
  readonly name: string;
  readonly value: number;
}

function bars(id: string, title: string, summary: string, unit: string, counts: readonly NamedCount[]): Html {
  return chart({
    id,
    title,
    description: `${summary} ${counts.map(({ name, value }) => `${name}: ${count(value)}`).join(', ')}.`,
    width: 'half',
    height: 48 + 27 * counts.length,
    option: () => ({
      grid: { left: 4, right: 44, top: 8, bottom: 4, containLabel: true },
      xAxis: { ...AXIS, type: 'value', minInterval: 1, splitNumber: 4 },
      yAxis: { ...AXIS, type: 'category', inverse: true, data: counts.map(({ name }) => name) },
      series: [
        {
          type: 'bar',
          silent: true,
          color: 'var(--ours)',
          barMaxWidth: 20,
          label: {
            show: true,
            position: 'right',
            color: 'var(--ink)',
            fontSize: 12,
            formatter: ({ dataIndex }) => count(counts[dataIndex]?.value ?? 0),
          },
          data: counts.map(({ value }) => value),
        },
      ],
    }),
    numbers: table({
      caption: title,
      columns: [{ name: unit }, { name: 'Number', numeric: true }],
      rows: counts.map(({ name, value }) => [cell(name), cell(count(value))]),
    }),
  });
}
