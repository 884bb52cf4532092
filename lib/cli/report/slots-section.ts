import type { EChartsOption } from 'echarts';
import { formatCidr } from '../../../lambda/address';
import type { ReplaySlot } from '../replay/replay';
import { addressCode, addressOrder } from './addresses';
import { AXIS, chart } from './chart';
import { html, type Html, type HtmlValue } from '../../../lambda/widget/html';
import { type BannedSource, type ReportModel, sourcesBySlot } from './model';
import { shareCurve, type SharePoint } from './share';
import { type Cell, cell, table } from './table';
import { count, counted, percent, weightText } from './words';

/** Sources of one slot that are named. */
const MOST_NAMED = 12;
/** Bans without a slot that are named. */
const MOST_OVERFLOW = 10;

/** What the network ACL would hold at the end of the log, what found no room, and how that compares. */
export function slotsSection(model: ReportModel): Html {
  return html`<section id="slots" aria-labelledby="slots-title">
    <h2 id="slots-title">What the slots block</h2>
    ${slotTable(model)} ${overflow(model)} ${shareChart(model)}
  </section>`;
}

function slotTable(model: ReportModel): HtmlValue {
  const { slots, overflow } = model.input.result;
  if (slots.length === 0) return html`<p>No ban is in force ${model.end}, so no slot is filled.</p>`;
  const total = [...slots, ...overflow].reduce((sum, { weight }) => sum + weight, 0);
  const sources = sourcesBySlot(model);
  return table({
    caption: `Deny rules ${model.end}: ${slots.length} used, room for ${available(model)}`,
    sortable: true,
    columns: [
      { name: 'Rule' },
      { name: 'Deny' },
      { name: 'Share of weight' },
      { name: 'Weight', numeric: true, lesser: true },
      { name: 'Sources', numeric: true, lesser: true },
      { name: 'Others in it', numeric: true },
    ],
    rows: slots.map((slot) => slotRow(slot, total, sources.get(slot.ruleNumber) ?? [])),
  });
}

function available({ input }: ReportModel): string {
  const { slots } = input.setup;
  return slots[4] === slots[6] ? `${slots[4]} in each family` : `${slots[4]} IPv4 and ${slots[6]} IPv6`;
}

function slotRow(slot: ReplaySlot, total: number, sources: readonly BannedSource[]): Cell[] {
  const share = total > 0 ? slot.weight / total : 0;
  const width = (share * 100).toFixed(1);
  return [
    cell(slot.ruleNumber),
    { value: denied(formatCidr(slot.cidr), sources), sort: addressOrder(formatCidr(slot.cidr)) },
    { value: html`<span class="bar"><i style="width:${width}%"></i></span> ${percent(share)}`, sort: share },
    { value: weightText(slot.weight), sort: slot.weight },
    { value: count(slot.sources), sort: slot.sources },
    { value: count(slot.collateral), sort: slot.collateral },
  ];
}

/** The CIDR; where it is more than one source, which ones on click. */
function denied(cidr: string, sources: readonly BannedSource[]): Html {
  if (sources.length < 2) return addressCode(cidr);
  const left = sources.length - MOST_NAMED;
  return html`<details>
    <summary>${addressCode(cidr)}</summary>
    <ul class="evidence">
      ${sources
        .slice(0, MOST_NAMED)
        .map(({ source, weight }) => html`<li>${addressCode(source)} weight ${weightText(weight)}</li>`)}${
        left > 0 && html`<li>… and ${left} more</li>`
      }
    </ul>
  </details>`;
}

function overflow({ input }: ReportModel): HtmlValue {
  const { overflow: left } = input.result;
  if (left.length === 0) return undefined;
  const named = left
    .slice(0, MOST_OVERFLOW)
    .map(({ cidr, weight }) => html`<li>${addressCode(formatCidr(cidr))} weight ${weightText(weight)}</li>`);
  return html`<details class="overflow">
    <summary>${counted(left.length, 'ban')} found no slot and would stand in the WAF IP sets only</summary>
    <ul class="evidence">
      ${named}${left.length > MOST_OVERFLOW && html`<li>… and ${counted(left.length - MOST_OVERFLOW, 'lighter one')}</li>`}
    </ul>
  </details>`;
}

function shareChart(model: ReportModel): HtmlValue {
  const points = shareCurve(model);
  if (points.length === 0) return undefined;
  const configured = model.input.setup.slots[4];
  const at = points.find(({ slots }) => slots === configured);
  return chart({
    id: 'share-chart',
    title: `Weight blocked ${model.end}, by number of slots: chosen prefixes against the newest bans`,
    description: at
      ? `Two lines. With ${configured} slots the chosen prefixes block ${percent(at.ours)} of the weight in force, the newest ${configured} bans ${percent(at.newest)}.`
      : 'Two lines: chosen prefixes, and the newest bans.',
    width: 'full',
    height: 280,
    option: (narrow) => shareOption(points, configured, narrow),
    legend: [
      { name: 'Ringfence', colour: 'var(--ours)' },
      { name: 'Newest bans', colour: 'var(--newest)', line: 'dashed' },
    ],
    numbers: table({
      caption: 'Share of the weight in force that is blocked',
      columns: [
        { name: 'Slots', numeric: true },
        { name: 'Ringfence', numeric: true },
        { name: 'Newest bans', numeric: true },
      ],
      rows: points.map(({ slots, ours, newest }) => [
        cell(slots),
        cell(percent(ours)),
        cell(percent(newest)),
      ]),
    }),
  });
}

function shareOption(points: readonly SharePoint[], configured: number, narrow: boolean): EChartsOption {
  const line = { type: 'line' as const, silent: true, symbolSize: 7, lineStyle: { width: 2.5 } };
  const mark = {
    silent: true,
    symbol: 'none',
    lineStyle: { color: 'var(--muted)', type: 'dashed' as const },
    label: { formatter: `${configured} slots`, color: 'var(--muted)', position: 'end' as const },
    data: [{ xAxis: configured }],
  };
  return {
    grid: { left: 4, right: 20, top: 28, bottom: narrow ? 26 : 24, containLabel: true },
    xAxis: {
      ...AXIS,
      type: 'value',
      name: 'Slots in each family',
      nameLocation: 'middle',
      nameGap: 28,
      min: 0,
      max: 40,
      splitLine: { show: false },
    },
    yAxis: {
      ...AXIS,
      type: 'value',
      min: 0,
      max: 100,
      axisLabel: { ...AXIS.axisLabel, formatter: '{value} %' },
    },
    series: [
      {
        ...line,
        name: 'Ringfence',
        symbol: 'circle',
        color: 'var(--ours)',
        data: points.map((p) => [p.slots, p.ours * 100]),
        markLine: mark,
      },
      {
        ...line,
        name: 'Newest bans',
        symbol: 'emptyDiamond',
        color: 'var(--newest)',
        lineStyle: { width: 2.5, type: 'dashed' },
        data: points.map((p) => [p.slots, p.newest * 100]),
      },
    ],
  };
}
