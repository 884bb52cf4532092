import { type Gap, SHORTEST_GAP } from '../replay/gaps';
import type { StatusDocument } from '../operate/status-document';
import { html, type Html, type HtmlValue } from '../../../lambda/widget/html';
import type { ReportModel } from './model';
import { cell, table } from './table';
import { count, counted, spanText, timeElement } from './words';

/** Silences that are named; the longest. */
const MOST_GAPS = 20;

/** What the log could not tell: blind is not the same as quiet. */
export function unseenSection({ input }: ReportModel): Html {
  if (input.environment !== undefined) return unseenByLedger(input.environment);
  const { read, malformed, malformedByCause, noData, skipData } = input.result.records;
  const rows = [
    skipData > 0 && row('SKIPDATA', skipData, 'AWS lost records in these intervals: blind there, not quiet'),
    noData > 0 && row('NODATA', noData, 'no traffic at the interface in these intervals'),
    ...Object.entries(malformedByCause).map(([cause, lines]) =>
      row(`unreadable: ${cause}`, lines, 'lines left out of everything above'),
    ),
  ].filter((line) => line !== false);
  return html`<section id="unseen" aria-labelledby="unseen-title">
    <h2 id="unseen-title">What was not seen</h2>
    <p>${read === 0 ? 'There was no row to read.' : summary(malformed, skipData)}</p>
    ${rows.length > 0 && table({ caption: 'Rows without a flow', columns: [{ name: 'Rows' }, { name: 'Number', numeric: true }, { name: 'What it means' }], rows })}
    ${read > 0 && gaps(input.result.gaps)}
  </section>`;
}

function row(name: string, lines: number, meaning: string) {
  return [cell(name), { value: count(lines), sort: lines }, cell(meaning)];
}

function summary(malformed: number, skipData: number): HtmlValue {
  if (malformed === 0 && skipData === 0)
    return 'Every row of the log could be read, and AWS marked none as lost.';
  return [
    skipData > 0 && html`<strong>${counted(skipData, 'interval')} were lost by AWS</strong> (SKIPDATA). `,
    malformed > 0 && html`<strong>${counted(malformed, 'line')} could not be read.</strong>`,
  ];
}

/** The ledger holds decisions, not records: what it cannot tell, and where that stands. */
function unseenByLedger({ judgedThrough, errors }: StatusDocument): Html {
  return html`<section id="unseen" aria-labelledby="unseen-title">
    <h2 id="unseen-title">What was not seen</h2>
    <p>
      ${judgedThrough === null ? 'No SIP traffic has been judged yet.' : html`SIP traffic is judged up to ${timeElement(judgedThrough)} UTC; what came later is not in this page.`}
    </p>
    ${
      errors.length > 0 &&
      html`<ul>
        ${errors.map(({ target, message }) => html`<li><strong>${target} could not be read:</strong> ${message}</li>`)}
      </ul>`
    }
    <p>
      The ledger holds decisions and no records: suspects, lost intervals (SKIPDATA) and silence of the flow
      log are on the dashboard and in the alarms, and <code>ringfence replay --report</code> tells them of a
      log.
    </p>
  </section>`;
}

/** Quiet and blind look alike in a log: whoever reads has to know which it was. */
function gaps(found: readonly Gap[] | undefined): HtmlValue {
  if (found === undefined) return undefined;
  if (found.length === 0)
    return html`<p>
      Records of SIP or media came all the time: no pause of ${spanText(SHORTEST_GAP)} or more.
    </p>`;
  const longest = [...found].sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, MOST_GAPS);
  const silent = found.reduce((sum, gap) => sum + lengthOf(gap), 0);
  const left = found.length - longest.length;
  return html`<p>
      <strong>No record of SIP or media for ${spanText(silent)}</strong>, in ${counted(found.length, 'pause')}
      of ${spanText(SHORTEST_GAP)} or more: a quiet line, or a flow log that was interrupted. The log cannot
      tell which.
    </p>
    ${table({
      caption: 'Pauses, longest first',
      columns: [{ name: 'From (UTC)' }, { name: 'To (UTC)' }, { name: 'Length', numeric: true }],
      rows: longest.map((gap) => [
        { value: timeElement(gap.from), sort: gap.from },
        { value: timeElement(gap.to), sort: gap.to },
        { value: spanText(lengthOf(gap)), sort: lengthOf(gap) },
      ]),
    })}
    ${left > 0 && html`<p class="note">${counted(left, 'shorter pause')} not listed.</p>`}`;
}

function lengthOf({ from, to }: Gap): number {
  return to - from;
}
