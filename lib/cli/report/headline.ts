import { html, type Html, type HtmlValue } from '../../../lambda/widget/html';
import type { ReportModel } from './model';
import type { StatusDocument } from '../operate/status-document';
import { endShare } from './share';
import { count, counted, median, percent, spanText } from './words';

/** False bans that are named. */
const MOST_NAMED = 20;

/** The answer first: one sentence, then the figures it rests on. */
export function headline(model: ReportModel): Html {
  return html`<section id="headline" aria-labelledby="headline-title">
    <h2 id="headline-title" class="quiet">At a glance</h2>
    ${falseBanAlert(model)} ${problems(model)}
    <p class="verdict">${verdict(model)}</p>
    ${breakerNote(model)}
    <dl class="figures">${figures(model)}</dl>
  </section>`;
}

/** The one thing that must not happen is said before everything else. */
function falseBanAlert({ input, onAllowlist }: ReportModel): HtmlValue {
  const named = [...new Set([...onAllowlist.map(({ source }) => source), ...(input.score?.falseBans ?? [])])];
  if (named.length === 0) return undefined;
  const left = named.length - MOST_NAMED;
  return html`<div class="alert" role="note">
    <p><strong>False bans:</strong> these are on the allowlist or legitimate by the labels.</p>
    <ul>
      ${named.slice(0, MOST_NAMED).map((source) => html`<li><code>${source}</code></li>`)}
      ${left > 0 && html`<li>… and ${left} more</li>`}
    </ul>
  </div>`;
}

/** What needs a person, in the words of `status`. */
function problems({ input }: ReportModel): HtmlValue {
  const found = input.environment?.problems ?? [];
  if (found.length === 0) return undefined;
  return html`<div class="alert" role="note">
    <p><strong>${counted(found.length, 'thing')} to look at:</strong></p>
    <ul>
      ${found.map((problem) => html`<li>${problem}</li>`)}
    </ul>
  </div>`;
}

function verdict(model: ReportModel): HtmlValue {
  const { input, banned } = model;
  const { bans, records } = input.result;
  if (input.environment !== undefined)
    return html`<strong>${counted(banned.length, 'source')}</strong> ${banned.length === 1 ? 'is' : 'are'}
      banned now. ${reassurance(model)}`;
  if (records.read === 0) return 'The log is empty: there was nothing to judge.';
  const verb = input.enforced === true ? 'was' : 'would have been';
  if (bans.length === 0) return `No source ${verb} banned.`;
  const times = bans.length === banned.length ? '' : `, ${counted(bans.length, 'time')} in all`;
  return html`<strong>${counted(banned.length, 'source')}</strong>
    ${verb === 'was' && banned.length !== 1 ? 'were' : verb} banned${times}. ${reassurance(model)}`;
}

/** What the figures below do not show: they count decisions, and with the breaker open a decision is not enforced. */
function breakerNote({ input }: ReportModel): HtmlValue {
  const held = input.result.breaker.reduce((sum, trip) => sum + trip.held, 0);
  if (held === 0) return undefined;
  return html`<div class="alert" role="note">
    <p>
      <a href="#bans">The breaker would have tripped</a>: ${counted(held, 'ban')} would have been recorded and
      not enforced, above ${count(input.setup.maxNewPerHour)} new ones in an hour. The figures count them all
      the same.
    </p>
  </div>`;
}

function reassurance({ onAllowlist }: ReportModel): string {
  return onAllowlist.length === 0
    ? 'None of them is on your allowlist.'
    : `${counted(onAllowlist.length, 'ban')} would touch your allowlist: a defect, please report it.`;
}

function figures(model: ReportModel): HtmlValue {
  const { records, suspects } = model.input.result;
  if (model.input.environment !== undefined)
    return [
      ...stateFigures(model.input.environment),
      falseBans(model),
      timeToBan(model),
      shareBlocked(model),
    ];
  return [
    figure('Flow records', count(records.read), `${count(records.sip)} of them SIP`),
    figure('Bans', count(model.input.result.bans.length), `of ${counted(model.banned.length, 'source')}`),
    figure('Suspects', count(suspects.length), 'seen, and not banned'),
    falseBans(model),
    caught(model),
    timeToBan(model),
    shareBlocked(model),
  ];
}

function stateFigures({ mode, lastRun, judgedThrough, bans, at }: StatusDocument): Html[] {
  const ago = (time: number): string => `${spanText(Math.max(0, at - time))} ago`;
  return [
    figure('Mode', mode, mode === 'observe' ? 'bans are recorded, nothing is changed' : 'bans are enforced'),
    figure('Bans in force', count(bans.inForce), `${count(bans.operator)} of them by hand`),
    lastRun === null
      ? figure('Last reconcile', 'never', 'the enforcer has not run', 'bad')
      : figure(
          'Last reconcile',
          ago(lastRun.at),
          `${lastRun.ok ? 'well' : 'FAILED'}, ${counted(lastRun.changes, 'change')}`,
          lastRun.ok ? undefined : 'bad',
        ),
    figure('SIP judged up to', judgedThrough === null ? '–' : ago(judgedThrough), 'by detection'),
  ];
}

function figure(name: string, value: HtmlValue, note: HtmlValue, kind?: 'good' | 'bad'): Html {
  return html`<div class="figure${kind && ` ${kind}`}">
    <dt>${name}</dt>
    <dd><b>${value}</b> <span>${note}</span></dd>
  </div>`;
}

function falseBans({ input, onAllowlist }: ReportModel): Html {
  const labelled = input.score?.falseBans.length ?? 0;
  const wrong = onAllowlist.length + labelled;
  const checked =
    input.score === undefined ? 'against the allowlist' : 'against the allowlist and the labels';
  const mark = wrong === 0 ? '✓' : '✗';
  return figure(
    'False bans',
    html`<span aria-hidden="true">${mark}</span> ${wrong === 0 ? 'none' : count(wrong)}`,
    `checked ${checked}`,
    wrong === 0 ? 'good' : 'bad',
  );
}

/** Only where it is known who probed. */
function caught({ input }: ReportModel): HtmlValue {
  return (
    input.score && figure('Caught', percent(input.score.recall), 'of the probing sources, by the labels')
  );
}

function timeToBan({ banned, input }: ReportModel): Html {
  const middle = median(banned.map(({ toBan }) => toBan));
  const since = input.activity === undefined ? 'first evidence' : 'first packet';
  return figure(
    'Median time to ban',
    middle === undefined ? '–' : spanText(middle),
    `from ${since} to the first ban`,
  );
}

function shareBlocked(model: ReportModel): Html {
  const share = endShare(model);
  if (share === undefined) return figure('Blocked by slots', '–', `no ban in force ${model.end}`);
  return figure(
    'Blocked by slots',
    percent(share.ours),
    `of the weight in force; the newest ${share.newestSlots} bans: ${percent(share.newest)}`,
  );
}
