import { flowKey, mergeFlow } from './collector';
import type { Contribution, SipFlow } from './contribution';

/** All that was seen of one source in one window: its contributions added up. */
export interface WindowActivity {
  readonly key: string;
  readonly source: string;
  readonly flows: readonly SipFlow[];
  readonly media: { readonly in: number; readonly out: number };
}

/** Adds the contributions of one window up, by source. The order of contributions does not matter. */
export function activities(contributions: readonly Contribution[]): Map<string, WindowActivity> {
  const byKey = new Map<string, Contribution[]>();
  for (const contribution of contributions) {
    const same = byKey.get(contribution.key);
    if (same === undefined) byKey.set(contribution.key, [contribution]);
    else same.push(contribution);
  }
  const sums = [...byKey].map(([key, parts]): [string, WindowActivity] => [key, addUp(key, parts)]);
  return new Map(sums.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function addUp(key: string, parts: readonly Contribution[]): WindowActivity {
  const flows = new Map<string, SipFlow>();
  for (const flow of parts.flatMap((part) => part.flows)) mergeFlow(flows, flow);
  return {
    key,
    source: parts.map((part) => part.source).reduce((least, source) => (source < least ? source : least)),
    flows: [...flows.values()].sort((a, b) => (flowKey(a) < flowKey(b) ? -1 : 1)),
    media: {
      in: Math.max(...parts.map((part) => part.media.in)),
      out: Math.max(...parts.map((part) => part.media.out)),
    },
  };
}
