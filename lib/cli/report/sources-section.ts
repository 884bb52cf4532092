import type { Verdict } from '../../../lambda/detection';
import { addressCode, addressOrder } from './addresses';
import { banEvidence, suspectEvidence } from './evidence';
import { html, type Html, type HtmlValue } from '../../../lambda/widget/html';
import type { BannedSource, ReportModel } from './model';
import { type Cell, cell, table } from './table';
import { PRINTED_ROWS } from './style';
import { count, counted, durationText, timeElement, weightText } from './words';

/** Rows a page stays quick with; the rest is summed up, and `--json` has all. */
const MOST_BANNED = 500;
const MOST_SUSPECTS = 200;

/** Who was banned and who nearly, with the evidence of each on click. */
export function sourcesSection(model: ReportModel): Html {
  return html`<section id="sources" aria-labelledby="sources-title">
    <h2 id="sources-title">Who, and why</h2>
    ${bannedTable(model)} ${suspectTable(model.input.result.suspects)}
  </section>`;
}

function bannedTable({ banned, end, input }: ReportModel): HtmlValue {
  if (banned.length === 0)
    return html`<p>
      ${input.environment ? 'No source is banned. The ledger was read in full.' : 'No source was banned.'}
    </p>`;
  return html`${table({
      caption: 'Banned sources, heaviest first',
      sortable: true,
      tall: true,
      columns: [
        { name: 'Source' },
        { name: 'Weight', numeric: true },
        { name: 'Why' },
        { name: 'First banned (UTC)', lesser: true },
        { name: 'Bans', numeric: true, lesser: true },
        { name: 'Length', numeric: true, lesser: true },
        { name: end === 'now' ? 'Now' : 'At the end', lesser: true },
      ],
      rows: banned.slice(0, MOST_BANNED).map(bannedRow),
    })}
    ${printed(banned.length)} ${rest(banned.length, MOST_BANNED, restOfBanned(banned))}
    <p class="note">
      Weight: SIP packets from the source, halved every 6 hours, ${end}. Length: of its latest ban.
    </p>`;
}

function bannedRow({ source, key, bans, first, latest, weight, inForce, ruleNumber }: BannedSource): Cell[] {
  const seconds = latest.expiresAt - latest.bannedAt;
  const state = stateCell(inForce, ruleNumber);
  return [
    {
      value: html`${addressText(source, key)} <small class="phone">${state.value}</small>`,
      sort: addressOrder(source),
    },
    { value: weightText(weight), sort: weight },
    { value: banEvidence(bans), sort: latest.evidence[0]?.detail ?? '' },
    { value: timeElement(first.bannedAt), sort: first.bannedAt },
    // Of an environment the latest ban is known, and the how manieth it was.
    { value: count(Math.max(bans.length, latest.offence)), sort: Math.max(bans.length, latest.offence) },
    { value: durationText(seconds), sort: seconds },
    state,
  ];
}

function stateCell(inForce: boolean, ruleNumber: number | undefined): Cell {
  if (!inForce) return { value: html`<span class="tag over">ban over</span>`, sort: 1e6 };
  if (ruleNumber === undefined)
    return { value: html`<span class="tag held">banned, no slot</span>`, sort: 1e5 };
  return { value: html`<span class="tag banned">blocked, rule ${ruleNumber}</span>`, sort: ruleNumber };
}

function restOfBanned(banned: readonly BannedSource[]): string {
  const left = banned.slice(MOST_BANNED);
  const weight = left.reduce((sum, source) => sum + source.weight, 0);
  const inForce = left.filter((source) => source.inForce).length;
  return `${counted(inForce, 'ban')} of them in force, weight ${weightText(weight)} together`;
}

function suspectTable(suspects: readonly Verdict[]): HtmlValue {
  if (suspects.length === 0) return undefined;
  return html`${table({
    caption: 'Suspects: seen, and not banned',
    sortable: true,
    tall: true,
    columns: [
      { name: 'Source' },
      { name: 'Score', numeric: true, lesser: true },
      { name: 'What it did' },
      { name: 'Spared because' },
      { name: 'Last judged (UTC)', lesser: true },
    ],
    rows: suspects.slice(0, MOST_SUSPECTS).map(suspectRow),
  })}
  ${printed(suspects.length)} ${rest(suspects.length, MOST_SUSPECTS)}`;
}

function suspectRow({ source, key, score, evidence, trust, decidedAt }: Verdict): Cell[] {
  return [
    { value: addressText(source, key), sort: addressOrder(source) },
    cell(score),
    { value: suspectEvidence(evidence), sort: evidence[0]?.detail ?? '' },
    cell(trust ?? 'score below the bound'),
    { value: timeElement(decidedAt), sort: decidedAt },
  ];
}

function printed(all: number): HtmlValue {
  return all > PRINTED_ROWS && html`<p class="note paper">On paper, the first ${PRINTED_ROWS} rows.</p>`;
}

function rest(all: number, shown: number, what?: string): HtmlValue {
  if (all <= shown) return undefined;
  return html`<p class="note">
    ${counted(all - shown, 'more source')} not listed${what && `: ${what}`}. <code>--json</code> has all.
  </p>`;
}

/** An IPv6 source is its /64: both are shown. */
function addressText(source: string, key: string): Html {
  return key === source
    ? addressCode(source)
    : html`${addressCode(source)} <small>all of ${addressCode(key)}</small>`;
}
