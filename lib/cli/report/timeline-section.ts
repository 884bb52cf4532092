import { bansOfHeaviest } from './ban-bars';
import { durationsChart, standingChart, toBanChart } from './ban-charts';
import { html, type Html, NOTHING } from '../../../lambda/widget/html';
import type { ReportModel } from './model';
import { counted, utc } from './words';

/** Bans in time: how many stood, how long they last, how soon they came, and the breaker. */
export function timelineSection(model: ReportModel): Html {
  if (model.banned.length === 0) return NOTHING;
  return html`<section id="bans" aria-labelledby="bans-title">
    <h2 id="bans-title">Bans over time</h2>
    ${model.input.environment === undefined && [breaker(model), standingChart(model)]}
    <div class="pair">${toBanChart(model)} ${durationsChart(model)}</div>
    ${bansOfHeaviest(model)}
  </section>`;
}

function breaker({ input }: ReportModel): Html {
  const { breaker: trips } = input.result;
  const bound = `more than ${counted(input.setup.maxNewPerHour, 'new ban')} in an hour`;
  if (trips.length === 0) return html`<p>The breaker (${bound}) would not have tripped.</p>`;
  return html`<div class="alert" role="note">
    <p>
      <strong>The breaker would have tripped ${counted(trips.length, 'time')}</strong> (${bound}): new bans
      are recorded then, not enforced.
    </p>
    <ul>
      ${trips.map(
        ({ at, until, held }) =>
          html`<li>
            ${utc(at)}
            ${Number.isFinite(until) ? `until ${utc(until)}` : 'and still open at the end of the log'}:
            ${counted(held, 'ban')} held back
          </li>`,
      )}
    </ul>
  </div>`;
}
