import type { SourceLabels } from './sets';

/** The first ban of a source, however it was found. */
export interface FirstBan {
  readonly source: string;
  /** Epoch seconds. */
  readonly bannedAt: number;
}

/** How bans compare with the labels of a set. */
export interface SetScore {
  readonly probes: number;
  readonly caught: number;
  /** Right bans of all that are right or false; 1 where there are none. */
  readonly precision: number;
  readonly recall: number;
  /** Legitimate sources, look-alikes and own addresses that were banned, with what they are. */
  readonly falseBans: readonly string[];
  /** Sources banned whose address was forged. */
  readonly forged: number;
  /** Seconds from first packet to ban, of those caught: median and 90th percentile. */
  readonly median: number | undefined;
  readonly p90: number | undefined;
  /** Probes missed, by category. */
  readonly missed: Readonly<Record<string, number>>;
  /** Probes and those caught, by tool. */
  readonly tools: Readonly<Record<string, { readonly probes: number; readonly caught: number }>>;
}

/** Bans of genuine probes are right; of forged sources and scanners of other ports they count for nothing. */
export function scored(bans: readonly FirstBan[], sources: SourceLabels): SetScore {
  const first = firstBans(bans);
  const genuine = Object.entries(sources).filter(([, label]) => isGenuine(label));
  const caught = genuine.filter(([source]) => first.has(source));
  const falseBans = [...first.keys()]
    .filter((source) => isFalse(sources[source]))
    .map((source) => `${source} (${sources[source]?.category ?? 'unknown'})`)
    .sort();
  const delays = caught
    .map(([source, label]) => Math.max(0, (first.get(source) ?? 0) - (label.first_seen ?? 0)))
    .sort((a, b) => a - b);
  const judged = caught.length + falseBans.length;
  return {
    probes: genuine.length,
    caught: caught.length,
    precision: judged === 0 ? 1 : caught.length / judged,
    recall: genuine.length === 0 ? 1 : caught.length / genuine.length,
    falseBans,
    forged: [...first.keys()].filter((source) => sources[source]?.spoofed === true).length,
    median: delays[Math.floor(delays.length / 2)],
    p90: delays[Math.floor(delays.length * 0.9)],
    missed: countBy(
      genuine.filter(([source]) => !first.has(source)).map(([, { category }]) => category ?? 'unknown'),
    ),
    tools: toolsOf(genuine, first),
  };
}

function firstBans(bans: readonly FirstBan[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { source, bannedAt } of bans) {
    first.set(source, Math.min(bannedAt, first.get(source) ?? Infinity));
  }
  return first;
}

function toolsOf(
  genuine: readonly (readonly [string, SourceLabels[string]])[],
  first: ReadonlyMap<string, number>,
): SetScore['tools'] {
  const tools: Record<string, { probes: number; caught: number }> = {};
  for (const [source, { category }] of genuine) {
    const tool = (tools[category ?? 'unknown'] ??= { probes: 0, caught: 0 });
    tool.probes += 1;
    if (first.has(source)) tool.caught += 1;
  }
  return tools;
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function isGenuine(label: SourceLabels[string]): boolean {
  return label.label === 'probe' && label.block_ok === true;
}

function isFalse(label: SourceLabels[string] | undefined): boolean {
  return label !== undefined && label.label !== 'noise' && label.spoofed !== true && !isGenuine(label);
}
