import type { Contribution } from './contribution';
import { FlowSums } from './flows';
import type { PbxActivity } from './pbx-activity';
import { sumOfPbx } from './pbx-state';

/** All that was seen of one source in one window: its contributions added up, flows bounded as in each of them. */
export interface WindowActivity {
  readonly key: string;
  readonly source: string;
  readonly flows: Contribution['flows'];
  readonly media: { readonly in: number; readonly out: number };
  readonly contacted: boolean;
  readonly span: number;
  readonly service?: string;
  readonly pbx?: PbxActivity;
}

/** What was seen in a window, or in several, by source and in the order of the keys. */
export type Activities = ReadonlyMap<string, WindowActivity>;

/**
 * Adds contributions of one window up, or activities of several windows. Neither their order nor how the records were
 * divided into batches matters.
 */
export function activities(parts: readonly WindowActivity[]): Activities {
  const isOrdered = parts.every(({ key }, i) => i === 0 || (parts[i - 1]?.key ?? '') <= key);
  const ordered = isOrdered ? parts : [...parts].sort((a, b) => (a.key < b.key ? -1 : 1));
  const sums = new Map<string, WindowActivity>();
  for (let first = 0, next = 0; first < ordered.length; first = next) {
    const key = ordered[first]?.key ?? '';
    while (ordered[next]?.key === key) next += 1;
    sums.set(key, addUp(key, ordered.slice(first, next)));
  }
  return sums;
}

function addUp(key: string, parts: readonly WindowActivity[]): WindowActivity {
  const [only] = parts;
  // As most are: its own sum.
  if (parts.length === 1 && only !== undefined && only.pbx === undefined && only.flows.length <= 1)
    return only;
  const flows = new FlowSums();
  for (const part of parts) for (const flow of part.flows) flows.add(flow);
  const service = parts.flatMap((part) => part.service ?? []).sort()[0];
  const pbx = sumOfPbx(parts);
  const sum = {
    key,
    source: parts.map((part) => part.source).reduce((least, source) => (source < least ? source : least)),
    flows: flows.bounded().kept,
    media: {
      in: Math.max(...parts.map((part) => part.media.in)),
      out: Math.max(...parts.map((part) => part.media.out)),
    },
    contacted: parts.some(({ contacted }) => contacted),
    span: Math.max(...parts.map(({ span }) => span)),
  };
  if (service === undefined && pbx === undefined) return sum;
  return { ...sum, ...(service !== undefined && { service }), ...(pbx !== undefined && { pbx }) };
}
