import type { EChartsOption } from 'echarts';
import type { Evidence } from '../../../lambda/detection';
import { type Buckets, bucketLabel, bucketsFor, bucketStarts, sumByBucket } from './buckets';
import { AXIS, chart, legend } from './chart';
import { html, type Html, NOTHING } from './html';
import type { ReportModel } from './model';
import { type RuleStyle, ruleStyles } from './rules';
import { cell, table } from './table';
import { count, utc } from './words';

/** What happened at one time, counted for one rule. */
interface Happening {
  readonly rule: string;
  readonly at: number;
  readonly amount: number;
}

const MOST_BUCKETS = 60;

/** Probes over time, stacked by the rule that saw through them. */
export function activitySection(model: ReportModel): Html {
  const happenings = happeningsOf(model);
  if (happenings.length === 0) return NOTHING;
  return html`<section id="activity" aria-labelledby="activity-title">
    <h2 id="activity-title">When they knocked</h2>
    ${activityChart(model, happenings)}
  </section>`;
}

function happeningsOf({ input }: ReportModel): Happening[] {
  const { bans, suspects } = input.result;
  if (input.activity === undefined)
    return [...bans, ...suspects].flatMap(({ evidence }) =>
      evidence.map(({ rule, at }) => ({ rule, at, amount: 1 })),
    );
  const rules = new Map(
    [...suspects, ...[...bans].reverse()].map(({ key, evidence }) => [key, leadingRule(evidence)]),
  );
  return [...rules].flatMap(([key, rule]) =>
    (input.activity?.get(key) ?? []).map(({ window, packets }) => ({ rule, at: window, amount: packets })),
  );
}

/** The rule that weighed most, the earlier of equals: the one a source's packets are counted under. */
function leadingRule(evidence: readonly Evidence[]): string {
  const [leading] = [...evidence].sort((a, b) => b.score - a.score || a.at - b.at);
  return leading?.rule ?? 'no evidence';
}

function activityChart(model: ReportModel, happenings: readonly Happening[]): Html {
  const buckets = bucketsFor(model.from, model.to, MOST_BUCKETS);
  const rules = ruleStyles(happenings.map(({ rule }) => rule));
  const sums = new Map(
    rules.map(({ id }) => [
      id,
      sumByBucket(
        buckets,
        happenings.filter(({ rule }) => rule === id),
      ),
    ]),
  );
  const packets = model.input.activity !== undefined;
  const unit = packets ? 'SIP packets' : 'Pieces of evidence';
  return chart({
    id: 'activity-chart',
    title: packets
      ? 'SIP packets from banned and suspect sources, by the rule that told most about each'
      : 'Evidence over time, by rule',
    description: `Stacked bars: ${unit.toLowerCase()} in each interval, ${rules.map(({ id, name }) => `${name} ${count(total(sums.get(id)))}`).join(', ')} in all.`,
    width: 'full',
    height: 300,
    option: (narrow) => stacked(buckets, rules, sums, unit, narrow),
    numbers: numbers(buckets, rules, sums, unit),
  });
}

function total(values: readonly number[] = []): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function stacked(
  buckets: Buckets,
  rules: readonly RuleStyle[],
  sums: ReadonlyMap<string, readonly number[]>,
  unit: string,
  narrow: boolean,
): EChartsOption {
  return {
    legend: legend(rules.map(({ name }) => name)),
    grid: { left: 4, right: 4, top: narrow ? 96 : 56, bottom: 4, containLabel: true },
    xAxis: {
      ...AXIS,
      type: 'category',
      data: bucketStarts(buckets).map((start) => bucketLabel(buckets, start)),
    },
    yAxis: {
      ...AXIS,
      type: 'value',
      name: unit,
      nameTextStyle: { ...AXIS.nameTextStyle, align: 'left' },
      minInterval: 1,
    },
    series: rules.map(({ id, name, colour }) => ({
      type: 'bar' as const,
      name,
      stack: 'all',
      silent: true,
      barCategoryGap: '18%',
      barMaxWidth: 28,
      itemStyle: { color: colour },
      data: [...(sums.get(id) ?? [])],
    })),
  };
}

function numbers(
  buckets: Buckets,
  rules: readonly RuleStyle[],
  sums: ReadonlyMap<string, readonly number[]>,
  unit: string,
): Html {
  const starts = bucketStarts(buckets);
  const rows = starts.map((start, i) => [
    cell(utc(start)),
    ...rules.map(({ id }) => cell(count(sums.get(id)?.[i] ?? 0))),
  ]);
  return table({
    caption: `${unit} by interval and rule`,
    columns: [{ name: 'From (UTC)' }, ...rules.map(({ name }) => ({ name, numeric: true }))],
    rows,
  });
}
