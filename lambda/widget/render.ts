import { alertsOf } from './alerts';
import { bansTable, short } from './bans-table';
import type { WidgetFacts } from './facts';
import { html, type Html, type HtmlValue } from './html';
import { STYLE } from './style';
import { count, counted, spanText, utc } from './words';

/** How the widget is to be shown. */
export interface WidgetLook {
  readonly theme: 'light' | 'dark';
  /** Most bans in the table. */
  readonly rows: number;
}

/** Entries of a list that are named: holds, feeds, bans without a slot. */
const MOST_NAMED = 20;

/** The state of an environment as HTML without a script. It shows and never changes: a widget is told of no caller. */
export function renderWidget(facts: WidgetFacts, { theme, rows }: WidgetLook): string {
  const alerts = alertsOf(facts);
  return framed(
    theme,
    html`${alerts.slice(0, MOST_NAMED).map(alert)} ${figures(facts)}
      <h3>Slots</h3>
      ${slots(facts)} ${overflow(facts)}
      <h3>Blacklist</h3>
      ${bansTable(facts, rows)} ${holds(facts)} ${feeds(facts)}`,
  );
}

/** What is said where there is nothing to show: why, and that this is not an empty list. */
export function renderFailure(environment: string, reason: string, theme: WidgetLook['theme']): string {
  return framed(
    theme,
    html`${alert(`The state of ${environment} could not be read: ${reason}`)}
      <p>
        Who is banned is not known here; nothing follows from this about what is denied. What stands in the
        network ACLs stays as it is. Look at the alarms, and try <code>npx ringfence status</code>.
      </p>`,
  );
}

function framed(theme: WidgetLook['theme'], content: Html): string {
  return html`${STYLE}
    <div class="rf rf-${theme}">${content}</div>`.markup;
}

function alert(text: string): Html {
  return html`<p class="rf-alert"><b>!</b> ${short(text)}</p>`;
}

function figures(facts: WidgetFacts): Html {
  const { bans, report, lastRun, judgedThrough, now } = facts;
  const byHand = bans.filter(({ ban }) => ban.origin === 'operator').length;
  const ago = (at: number): string => `${spanText(Math.max(0, now - at))} ago`;
  return html`<dl class="rf-facts">
    ${fact('Mode', report.mode === 'observe' ? 'observe: nothing is changed' : 'enforce')}
    ${fact('Bans in force', `${count(bans.length)}, ${count(byHand)} by hand`)}
    ${fact('Last reconcile', lastRun === undefined ? 'never' : `${ago(lastRun.at)}, ${lastRun.ok ? 'well' : 'FAILED'}, ${counted(lastRun.changes, 'change')}`)}
    ${fact('SIP judged up to', judgedThrough === undefined ? 'nothing yet' : `${utc(judgedThrough)} UTC`)}
    ${fact('Read at', `${utc(now)} UTC`)}
  </dl>`;
}

function fact(name: string, value: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function slots({ report, rules }: WidgetFacts): HtmlValue {
  if (report.networkAcls.length === 0)
    return html`<p>No network ACL could be read: what the slots hold is not known.</p>`;
  return report.networkAcls.map(({ id, slots: { ipv4, ipv6 }, changes }) => {
    const entries = rules.filter(({ networkAclId }) => networkAclId === id);
    return html`<details>
        <summary>
          <code>${id}</code>: IPv4 ${ipv4.used} of ${ipv4.effective}, IPv6 ${ipv6.used} of
          ${ipv6.effective}${changes.length > 0 && `, ${counted(changes.length, 'change')} to come`}
        </summary>
        <ul>
          ${entries.map(({ ruleNumber, cidr }) => html`<li>rule ${ruleNumber}: <code>${cidr}</code></li>`)}
        </ul>
      </details>
      ${strip(`IPv4 slots of ${id}`, ipv4.used, ipv4.effective)}`;
  });
}

/** One box for each slot, filled where it is used. */
function strip(name: string, used: number, effective: number): HtmlValue {
  const boxes = Math.max(used, effective);
  if (boxes === 0) return undefined;
  return html`<svg
    role="img"
    aria-label="${name}: ${used} of ${effective} used"
    width="${boxes * 16}"
    height="14"
    viewBox="0 0 ${boxes * 16} 14"
  >
    ${Array.from({ length: boxes }, (_, i) => html`<rect x="${i * 16 + 1}" y="1" width="12" height="12" class="${i < used ? 'rf-used' : 'rf-free'}" />`)}
  </svg>`;
}

function overflow({ report }: WidgetFacts): HtmlValue {
  const short = report.overflow.filter(({ reason }) => reason === 'capacity');
  if (short.length === 0) return html`<p>Every ban that may be denied has a slot.</p>`;
  const open = short.filter(({ heldBy }) => heldBy === 'nothing').length;
  return folded(
    `${counted(short.length, 'ban')} found no slot; ${open === 0 ? 'the IP sets hold them' : `${count(open)} of them are denied by nothing`}`,
    short.map(
      ({ source, weight, heldBy }) =>
        html`<code>${source}</code> weight ${count(Math.round(weight))},
          ${heldBy === 'ip-set' ? 'in an IP set' : 'denied by nothing'}`,
    ),
  );
}

function holds({ holds: held }: WidgetFacts): HtmlValue {
  if (held.length === 0) return undefined;
  return folded(
    `${counted(held.length, 'hold')}: not banned automatically`,
    held.map(
      ({ cidr, until, by, because }) =>
        html`<code>${cidr}</code> until ${utc(until)} UTC: ${short(because)} <small>${short(by)}</small>`,
    ),
  );
}

function feeds({ feeds: read, now }: WidgetFacts): HtmlValue {
  if (read.length === 0) return undefined;
  return folded(
    `${counted(read.length, 'feed')} of others' bans`,
    read.map(
      ({ name, from, cidrs, expiresAt }) =>
        html`${short(name)}: ${count(cidrs.length)} entries, counted for
          ${spanText(Math.max(0, expiresAt - now))} more <small>${short(from)}</small>`,
    ),
  );
}

function folded(summary: string, items: readonly Html[]): Html {
  const left = items.length - MOST_NAMED;
  return html`<details>
    <summary>${summary}</summary>
    <ul>
      ${items.slice(0, MOST_NAMED).map((item) => html`<li>${item}</li>`)}
      ${left > 0 && html`<li>… and ${count(left)} more</li>`}
    </ul>
  </details>`;
}
