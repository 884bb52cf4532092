import { RULES } from '../../lambda/detection/rules';
import { added, type SetResult, tally, type Tally } from './measure';

/** `docs/accuracy.md`, whole. @param disturbances tallies of disturbed sets, by disturbance */
export function accuracyPage(
  results: readonly SetResult[],
  disturbances: ReadonlyMap<string, Tally>,
): string {
  return [
    '# Accuracy',
    '',
    '<!-- Written by `npm run accuracy`. Change bench/accuracy/page.ts instead. -->',
    '',
    'What `replay` bans of labelled flow logs, with the default policy. `lab`: 14 minutes of the real tools (SIPVicious,',
    'nmap, sipsak, masscan, zmap, sipp) and of callers that look like them, in a namespace lab, without any history.',
    '`hour` and `day`: composed of the sizes and timings measured there. `P1`: SIP open to all. `P2`: SIP from the',
    'proxy range only, everybody else rejected. `v2`, `v5`: the fields of the log. `600 s`: the same traffic as a',
    '10-minute aggregation interval records it. `3 addresses`: as a site sees it that has a phone system, a proxy and a',
    'media server, and nothing else.',
    '',
    ...table(
      ['set', 'records', 'probes', 'recall', 'precision', 'false bans', 'median', 'p90', 'missed'],
      results.map(({ name, records, score }) => [
        name,
        String(records),
        String(score.probes),
        score.probes === 0 ? '–' : score.recall.toFixed(2),
        score.precision.toFixed(2),
        score.falseBans.length === 0 ? '0' : score.falseBans.join(', '),
        secondsText(score.median),
        secondsText(score.p90),
        countsText(score.missed),
      ]),
    ),
    '',
    'Median and p90: seconds from the first packet to the ban, by the time of the log, of the probes that were banned.',
    'Bans of forged addresses count neither way: none is longer than `ban.first`.',
    '',
    '![Recall against false bans](accuracy.svg)',
    '',
    'All sets added up. The naive detector bans whoever makes N records to a SIP port within 10 minutes.',
    '',
    '## By tool',
    '',
    ...table(
      ['tool', 'probes', 'banned', 'share'],
      toolRows(results).map(([tool, probes, caught]) => [
        tool,
        String(probes),
        String(caught),
        `${Math.round((100 * caught) / probes)} %`,
      ]),
    ),
    '',
    'What is missed and why is in [how sources are judged](detection.md#what-it-does-not-tell-apart).',
    '',
    '## Disturbed',
    '',
    'The same traffic as it could have been recorded otherwise, by chance, three times each way, all sets added up. What',
    'is lost is lost whole: a registration of which no record is left has never been. The false bans left are of phones whose',
    'address a scanner forged, whose own traffic is lost or was before the log begins, of a carrier’s NAT in the same case,',
    'and of failover peers of whose first round a third is missing; all of them for `ban.first`.',
    '',
    ...table(
      ['disturbance', 'probes banned', 'recall', 'false bans'],
      [...disturbances].map(([name, { caught, probes, falseBans }]) => [
        name,
        `${caught} of ${probes}`,
        (caught / probes).toFixed(2),
        String(falseBans),
      ]),
    ),
    '',
    '## Without each rule',
    '',
    'What would change if one rule were off: what it alone finds. Rules overlap, so the parts do not add up.',
    '',
    ...table(
      ['rule off', 'probes banned', 'false bans'],
      [
        ['none', ...tallyText(added(results.map(({ score }) => tally(score))), undefined)],
        ...ablationRows(results),
      ],
    ),
    '',
  ].join('\n');
}

function ablationRows(results: readonly SetResult[]): string[][] {
  const base = added(results.map(({ score }) => tally(score)));
  return RULES.map(({ id }) => {
    const without = added(results.flatMap((result) => result.without[id] ?? []));
    return [`\`${id}\``, ...tallyText(without, base)];
  });
}

function tallyText({ caught, probes, falseBans }: Tally, base: Tally | undefined): string[] {
  const change = base === undefined ? '' : ` (${signed(caught - base.caught)})`;
  return [`${caught} of ${probes}${change}`, String(falseBans)];
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : value === 0 ? '±0' : `−${-value}`;
}

function toolRows(results: readonly SetResult[]): [string, number, number][] {
  const tools = new Map<string, [number, number]>();
  for (const { score } of results) {
    for (const [tool, { probes, caught }] of Object.entries(score.tools)) {
      const [allProbes, allCaught] = tools.get(tool) ?? [0, 0];
      tools.set(tool, [allProbes + probes, allCaught + caught]);
    }
  }
  return [...tools]
    .map(([tool, [probes, caught]]): [string, number, number] => [tool, probes, caught])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function secondsText(seconds: number | undefined): string {
  return seconds === undefined ? '–' : `${seconds} s`;
}

function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, 3, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
