import type { Contribution } from './contribution';
import { boundedFlows, mergeFlow, type OpenFlow } from './flows';
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

/**
 * Adds the contributions of one window up, by source. Neither their order nor how the records were divided into batches
 * matters.
 */
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
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && only.pbx === undefined && only.flows.length <= 1)
    return alone(key, only);
  const flows = new Map<string, OpenFlow>();
  const service = parts.flatMap((part) => part.service ?? []).sort()[0];
  const pbx = sumOfPbx(parts);
  for (const flow of parts.flatMap((part) => part.flows)) mergeFlow(flows, flow);
  return {
    key,
    source: parts.map((part) => part.source).reduce((least, source) => (source < least ? source : least)),
    flows: boundedFlows(flows).kept,
    media: {
      in: Math.max(...parts.map((part) => part.media.in)),
      out: Math.max(...parts.map((part) => part.media.out)),
    },
    contacted: parts.some(({ contacted }) => contacted),
    span: Math.max(...parts.map(({ span }) => span)),
    ...(service !== undefined && { service }),
    ...(pbx !== undefined && { pbx }),
  };
}

/** A single contribution with a flow or none, as most are: its own sum. */
function alone(
  key: string,
  { source, flows, media, contacted, span, service }: Contribution,
): WindowActivity {
  return {
    ...{ key, source, flows, media, contacted, span },
    ...(service !== undefined && { service }),
  };
}
