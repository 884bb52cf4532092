import { denialWords, MISSING_WORDS } from '../enforcement/denial-words';
import { commandsFor } from './commands';
import type { ShownBan, WidgetFacts } from './facts';
import { html, type Html, type HtmlValue } from './html';
import { count, counted, spanText, utc } from './words';

/** Evidence of one ban that is told. */
const MOST_EVIDENCE = 6;
/** Characters of one text from the ledger: no single item may push the others out of sight. */
const MOST_TEXT = 300;

/** The blacklist, with the evidence and the commands of each source on click. */
export function bansTable(facts: WidgetFacts, rows: number): Html {
  const { bans } = facts;
  if (bans.length === 0) return html`<p>Nobody is banned. The ledger was read in full.</p>`;
  const left = bans.length - rows;
  return html`<div class="rf-scroll" tabindex="0" role="region" aria-label="Bans in force">
      <table>
        <thead>
          <tr>
            ${['Banned', 'Left', 'Weight', 'Denied by', 'Because', 'What you can do'].map(
              (name) => html`<th scope="col">${name}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${bans.slice(0, rows).map((shown) => banRow(shown, facts))}
        </tbody>
      </table>
    </div>
    ${
      left > 0 &&
      html`<p>
        <small>${counted(left, 'lighter ban')} not shown: <code>npx ringfence list --all</code></small>
      </p>`
    }`;
}

function banRow({ ban, weight, denial, missing }: ShownBan, facts: WidgetFacts): Html {
  const denied = denialWords(denial, facts.networkAcls);
  const why = missing && MISSING_WORDS[missing];
  return html`<tr>
    <th scope="row"><code>${short(ban.source)}</code></th>
    <td class="rf-n">${spanText(Math.max(0, ban.expiresAt - facts.now))}</td>
    <td class="rf-n">${count(Math.round(weight))}</td>
    <td>${denied}${denied !== '' && why && ' – '}${why}</td>
    <td>${evidence(ban)}</td>
    <td>${commands(ban.source, facts.environment)}</td>
  </tr> `;
}

function evidence({ evidence: found, because, bannedAt, offence, origin }: ShownBan['ban']): Html {
  const [first] = found;
  const reason = because ?? first?.detail ?? 'no reason is recorded';
  const left = found.length - MOST_EVIDENCE;
  return html`<details>
    <summary>${origin === 'operator' && 'by hand: '}${short(reason)}</summary>
    <p><small>since ${utc(bannedAt)} UTC, offence ${count(offence)}</small></p>
    <ul>
      ${found.slice(0, MOST_EVIDENCE).map(({ rule, at, detail }) => html`<li>${short(detail)} <small>${short(rule)}, ${utc(at)} UTC</small></li>`)}
      ${left > 0 && html`<li>… and ${left} more</li>`}
    </ul>
  </details>`;
}

function commands(source: string, environment: string): HtmlValue {
  return html`<details>
    <summary aria-label="commands for ${short(source)}">commands</summary>
    ${commandsFor(source, environment).map(({ what, words }) => html`<small>${what}</small><code class="rf-line">${unbroken(words)}</code>`)}
  </details>`;
}

/** A line breaks between its words only, or `--because` becomes `--` and `because`. */
function unbroken(words: readonly string[]): Html[] {
  return words.map((word) => html`<span>${word}</span> `);
}

/** A text from the ledger, cut where it is beyond reason. */
export function short(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}…`;
}
