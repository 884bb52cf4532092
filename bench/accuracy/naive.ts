import { CidrSet } from '../../lambda/address';
import type { FirstBan } from './score';
import type { LabelledSet } from './sets';

/** Length of the naive detector's window, seconds. */
const WINDOW_SECONDS = 600;

/**
 * What most functions of this kind do: ban a source once it has so many records to a SIP port within 10 minutes,
 * whatever became of them. Own addresses and the provider's proxies are let off.
 */
export function naiveBans({ records, site }: LabelledSet, threshold: number): FirstBan[] {
  const ports = new Set(site.sip.ports);
  const ours = CidrSet.parse([...site.ownCidrs, ...site.proxyRanges]);
  const recent = new Map<string, number[]>();
  const bans = new Map<string, number>();
  for (const record of [...records].sort((a, b) => a.end - b.end)) {
    const { source, destinationPort, end } = record;
    if (!ports.has(destinationPort) || bans.has(source) || ours.containsText(source)) continue;
    const times = (recent.get(source) ?? []).filter((time) => time > end - WINDOW_SECONDS);
    times.push(end);
    recent.set(source, times);
    if (times.length >= threshold) bans.set(source, end);
  }
  return [...bans].map(([source, bannedAt]) => ({ source, bannedAt }));
}
