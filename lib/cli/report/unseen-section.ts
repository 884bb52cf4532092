import { html, type Html, type HtmlValue } from './html';
import type { ReportModel } from './model';
import { cell, table } from './table';
import { count, counted } from './words';

/** What the log could not tell: blind is not the same as quiet. */
export function unseenSection({ input }: ReportModel): Html {
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
    ${rows.length > 0 && table({ caption: 'Rows without a flow', hideCaption: true, columns: [{ name: 'Rows' }, { name: 'Number', numeric: true }, { name: 'What it means' }], rows })}
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
