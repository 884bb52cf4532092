import type { EChartsOption } from 'echarts';
import type { Evidence } from '../../../lambda/detection';
import { type Buckets, bucketIndex, bucketsFor, bucketStarts, sumByBucket } from './buckets';
import { AXIS, chart } from './chart';
import { html, type Html, NOTHING } from '../../../lambda/widget/html';
import type { ReportModel } from './model';
import { type RuleStyle, ruleStyles } from './rules';
import { cell, table } from './table';
import { timeAxis } from './time-axis';
import { count, utc } from './words';

/** What a source did at one time, counted for one rule. */
interface Happening {
  readonly key: string;
  readonly rule: string;
  readonly at: number;
  readonly amount: number;
}

/** One way to count what happened. */
interface Measure {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly height: number;
  readonly sum: (buckets: Buckets, happenings: readonly Happening[]) => number[];
}

const MOST_BUCKETS = 60;

const EVIDENCE: Measure = {
  id: 'evidence-chart',
  title: 'Evidence over time, by rule',
  unit: 'Pieces of evidence',
  height: 260,
  sum: sumByBucket,
};

/** Both: one flood outweighs a hundred patient scanners in packets, and a hundred sources outweigh it in number. */
const PROBES: readonly Measure[] = [
  {
    id: 'knocking-chart',
    title: 'Sources that knocked, by the rule that told most about each',
    unit: 'Sources',
    height: 240,
    sum: sourcesByBucket,
  },
  { id: 'packets-chart', title: 'SIP packets they sent', unit: 'SIP packets', height: 240, sum: sumByBucket },
];

/** Probes over time, stacked by the rule that saw through them. */
export function activitySection(model: ReportModel): Html {
  const happenings = happeningsOf(model);
  if (happenings.length === 0) return NOTHING;
  const measures = model.input.activity === undefined ? [EVIDENCE] : PROBES;
  return html`<section id="activity" aria-labelledby="activity-title">
    <h2 id="activity-title">When they knocked</h2>
    ${measures.map((measure) => activityChart(model, happenings, measure))}
  </section>`;
}

function happeningsOf({ input }: ReportModel): Happening[] {
  const { bans, suspects } = input.result;
  const { activity } = input;
  if (activity === undefined)
    return [...bans, ...suspects].flatMap(({ key, evidence }) =>
      evidence.map(({ rule, at }) => ({ key, rule, at, amount: 1 })),
    );
  const rules = new Map(
    [...suspects, ...[...bans].reverse()].map(({ key, evidence }) => [key, leadingRule(evidence)]),
  );
  return [...rules].flatMap(([key, rule]) =>
    (activity.get(key) ?? []).map(({ window, packets }) => ({ key, rule, at: window, amount: packets })),
  );
}

/** The rule that weighed most, the earlier of equals. */
function leadingRule(evidence: readonly Evidence[]): string {
  const [leading] = [...evidence].sort((a, b) => b.score - a.score || a.at - b.at);
  return leading?.rule ?? 'no evidence';
}

function sourcesByBucket(buckets: Buckets, happenings: readonly Happening[]): number[] {
  const keys = bucketStarts(buckets).map(() => new Set<string>());
  for (const { key, at, amount } of happenings) if (amount > 0) keys[bucketIndex(buckets, at)]?.add(key);
  return keys.map(({ size }) => size);
}

/** One rule's share of a measure. */
interface Layer extends RuleStyle {
  readonly sums: readonly number[];
}

function activityChart(model: ReportModel, happenings: readonly Happening[], measure: Measure): Html {
  const buckets = bucketsFor(model.from, model.to, MOST_BUCKETS);
  const layers = ruleStyles(happenings.map(({ rule }) => rule)).map((style) => ({
    ...style,
    sums: measure.sum(
      buckets,
      happenings.filter(({ rule }) => style.ids.includes(rule)),
    ),
  }));
  const peaks = layers.map(({ name, sums }) => `${name} ${count(Math.max(...sums))}`);
  return chart({
    id: measure.id,
    title: measure.title,
    description: `Stacked bars by interval. Most in one interval: ${peaks.join(', ')}.`,
    width: 'full',
    height: measure.height,
    option: (narrow) => stacked(buckets, layers, narrow),
    legend: layers,
    numbers: numbers(buckets, layers, measure),
  });
}

function stacked(buckets: Buckets, layers: readonly Layer[], narrow: boolean): EChartsOption {
  return {
    grid: { left: 4, right: 20, top: 12, bottom: 4, containLabel: true },
    xAxis: timeAxis(buckets, narrow),
    yAxis: { ...AXIS, type: 'value', minInterval: 1, splitNumber: 4 },
    series: layers.map(({ name, colour, sums }) => ({
      type: 'bar' as const,
      name,
      stack: 'all',
      silent: true,
      barCategoryGap: '18%',
      barMaxWidth: 28,
      itemStyle: { color: colour, borderColor: 'var(--card)', borderWidth: 0.5 },
      // Nothing is drawn for nothing: the edge of an empty bar would cut the axis.
      data: sums.map((sum) => (sum === 0 ? '-' : sum)),
    })),
  };
}

function numbers(buckets: Buckets, layers: readonly Layer[], { title, unit }: Measure): Html {
  return table({
    caption: `${title} (${unit.toLowerCase()})`,
    columns: [{ name: 'From (UTC)' }, ...layers.map(({ name }) => ({ name, numeric: true }))],
    rows: bucketStarts(buckets).map((start, i) => [
      cell(utc(start)),
      ...layers.map(({ sums }) => cell(count(sums[i] ?? 0))),
    ]),
  });
}
