import type { Ban } from '../../../lambda/blacklist/ban';
import type { Evidence } from '../../../lambda/detection';
import { html, type Html } from '../../../lambda/widget/html';
import { ruleName } from './rules';
import { counted, durationText, timeElement } from './words';

/** Bans of one source that are told in full; the newest. */
const MOST_BANS = 5;

/** The strongest reason in sight, and each ban with all of its evidence on click. */
export function banEvidence(bans: readonly Ban[]): Html {
  const newestFirst = [...bans].reverse();
  const left = newestFirst.length - MOST_BANS;
  return html`<details>
    <summary>${summary(newestFirst[0]?.evidence ?? [], newestFirst[0]?.because)}</summary>
    ${newestFirst.slice(0, MOST_BANS).map(oneBan)}
    ${left > 0 && html`<p>… and ${counted(left, 'earlier ban')}.</p>`}
  </details>`;
}

/** The same for a verdict that was not enough for a ban. */
export function suspectEvidence(evidence: readonly Evidence[]): Html {
  return html`<details>
    <summary>${summary(evidence)}</summary>
    ${evidenceList(evidence)}
  </details>`;
}

function summary(evidence: readonly Evidence[], because?: string): string {
  const strongest = [...evidence].sort((a, b) => b.score - a.score || b.at - a.at)[0];
  const more = evidence.length > 1 ? ` (+${evidence.length - 1})` : '';
  return (because ?? strongest?.detail ?? 'no evidence kept') + more;
}

function oneBan(ban: Ban): Html {
  const { bannedAt, expiresAt, offence, forgeable, because } = ban;
  return html`<p>
      Ban ${offence}: ${timeElement(bannedAt)} for
      ${durationText(expiresAt - bannedAt)}${forgeable && ', on evidence that could be forged'}${because !== undefined && html` – by hand: ${because}`}
    </p>
    ${evidenceList(ban.evidence)}`;
}

function evidenceList(evidence: readonly Evidence[]): Html {
  return html`<ul class="evidence">
    ${evidence.map(
      ({ rule, at, detail, score }) =>
        html`<li><b>${ruleName(rule)}</b> ${detail} <small>${timeElement(at)} · ${score} points</small></li>`,
    )}
  </ul>`;
}
