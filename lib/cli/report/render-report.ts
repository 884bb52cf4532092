import { formatCidr } from '../../../lambda/address';
import { activitySection } from './activity-section';
import { headline } from './headline';
import { html, type Html, type HtmlValue, NOTHING } from '../../../lambda/widget/html';
import type { ReportInput } from './input';
import { mapSection } from './map-section';
import { type ReportModel, reportModel } from './model';
import { MARK, page } from './page';
import { slotsSection } from './slots-section';
import { sourcesSection } from './sources-section';
import { timelineSection } from './timeline-section';
import { unseenSection } from './unseen-section';
import { counted, spanText, timeElement, utc } from './words';

/** What is not in the report itself. */
export interface RenderOptions {
  /**
   * When the report was made, epoch seconds.
   * @default not said: the same log gives the same page, byte for byte
   */
  readonly generatedAt?: number;
}

/** CIDRs named for each entry of the settings; a carrier's allowlist can have hundreds. */
const MOST_CIDRS = 40;

/** A replay's outcome as one HTML page that needs nothing else: no network, no fonts, and its script only to sort. */
export function renderReport(input: ReportInput, options: RenderOptions = {}): string {
  const model = reportModel(input);
  const sections = [
    { id: 'activity', name: 'Activity', body: activitySection(model) },
    { id: 'sources', name: 'Sources', body: sourcesSection(model) },
    { id: 'map', name: 'Map', body: mapSection(model) },
    { id: 'slots', name: 'Slots', body: slotsSection(model) },
    { id: 'bans', name: 'Bans', body: timelineSection(model) },
    { id: 'unseen', name: 'Not seen', body: unseenSection(model) },
  ].filter(({ body }) => body !== NOTHING);
  return page({
    title: `${name(model)} ${model.to === 0 ? '' : utc(model.from).slice(0, 10)}`.trim(),
    header: header(model, sections),
    main: [headline(model), ...sections.map(({ body }) => body)],
    footer: footer(model, options),
  });
}

function header(
  model: ReportModel,
  sections: readonly { readonly id: string; readonly name: string }[],
): Html {
  return html`<h1>${MARK} ${name(model)}</h1>
    <p class="span">${span(model)}</p>
    <nav aria-label="Sections">
      <ul>
        ${sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}
      </ul>
    </nav>`;
}

function span({ input, from, to }: ReportModel): HtmlValue {
  const own = input.setup.site.ownCidrs.join(', ');
  if (input.environment !== undefined)
    return html`What the ledger and the network ACLs of <code>${own}</code> hold, as of ${timeElement(to)}
      UTC. Nothing was changed.`;
  if (to === 0) return `What would have happened at ${own}: the log holds no flow.`;
  const what = input.enforced === true ? 'What happened' : 'What would have happened';
  return html`${what} at <code>${own}</code> from ${timeElement(from)} to ${timeElement(to)} UTC
    (${spanText(to - from)}). ${input.enforced !== true && 'Nothing was changed.'}`;
}

function name({ input }: ReportModel): string {
  if (input.environment !== undefined) return `Ringfence ${input.environment.environment}`;
  return input.enforced === true ? 'Ringfence local run' : 'Ringfence replay';
}

function footer({ input }: ReportModel, { generatedAt }: RenderOptions): Html {
  return html`<details>
      <summary>What this was judged with</summary>
      <dl class="facts">${facts(input)}</dl>
    </details>
    <p>
      ${readIn(input)}${generatedAt !== undefined && html` Made ${timeElement(generatedAt)} UTC.`} All times
      are UTC.
      <code>ringfence ${input.environment ? 'list' : 'replay'} --json</code> has everything, without a bound
      on rows.
    </p>`;
}

function readIn({ environment, result, seconds }: ReportInput): string {
  const time = `${seconds.toFixed(1)} s.`;
  if (environment !== undefined) return `Read in ${time}`;
  return `${counted(result.records.read, 'row')} read and judged in ${time}`;
}

function facts({ setup }: ReportInput): Html[] {
  const { site, slots, maxNewPerHour } = setup;
  return [
    fact('Own addresses', site.ownCidrs.join(', ')),
    fact('Provider', site.proxyRanges.join(', ')),
    fact('Never denied', cidrList(setup.judge.allowlist.cidrs().map(formatCidr))),
    fact('SIP ports', site.sip.ports.join(', ')),
    fact('RTP ports', site.sip.rtp),
    fact('Slots', `${slots[4]} IPv4, ${slots[6]} IPv6`),
    fact('Breaker', `more than ${counted(maxNewPerHour, 'new ban')} in an hour`),
  ];
}

function fact(name: string, value: string): Html {
  return html`<dt>${name}</dt>
    <dd>${value === '' ? 'none' : value}</dd>`;
}

function cidrList(cidrs: readonly string[]): string {
  const left = cidrs.length - MOST_CIDRS;
  return cidrs.slice(0, MOST_CIDRS).join(', ') + (left > 0 ? ` and ${String(left) + ' more'}` : '');
}
