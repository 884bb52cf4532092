import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type Site, type Topology, topologyOf } from '../../lambda/detection';
import { type FlowLogRecord, readFlowLogText } from '../../lambda/flow-log';
import { aggregated, onlyAddresses } from './derive';

const LABELS = z.object({
  vpc_cidr: z.string(),
  vpc_cidr6: z.string().optional(),
  proxy_range: z.string(),
  sip_ports: z.array(z.number()),
  rtp_ports: z.tuple([z.number(), z.number()]),
  sources: z.record(
    z.string(),
    z.object({
      label: z.string(),
      block_ok: z.boolean().nullish(),
      category: z.string().nullish(),
      tool: z.string().nullish(),
      spoofed: z.boolean().nullish(),
      allowlist: z.boolean().nullish(),
      first_seen: z.number().nullish(),
    }),
  ),
});

/** What is known of each source of a set. */
export type SourceLabels = z.infer<typeof LABELS>['sources'];

/** A recorded flow log with what is known of its sources. */
export interface LabelledSet {
  readonly name: string;
  readonly records: readonly FlowLogRecord[];
  readonly site: Site;
  readonly topology: Topology;
  readonly sources: SourceLabels;
}

/** A set before it is read. */
export interface SetFile {
  readonly name: string;
  /** Whether it is another set, changed. */
  readonly isDerived?: true;
  readonly read: () => Promise<LabelledSet>;
}

/** Folder of the sets, from the project's root. */
const DATA = 'test/data/detection';

/** Sets made of others: what a 10-minute interval, or a site with few addresses, leaves of the same traffic. */
const DERIVED: readonly { of: string; suffix: string; change: (set: LabelledSet) => LabelledSet }[] = [
  ...[
    'lab_all_P1.v2',
    'lab_all_P2.v2',
    'lab_lookalikes_P2.v2',
    'hour2_P1.v2',
    'hour3_mixed_P1.v2',
    'hour3_mixed_P1.v5',
  ].map((of) => ({ of, suffix: '600 s', change: (set: LabelledSet) => aggregated(set, 600) })),
  ...['hour2_P1.v2', 'day_P2.v2'].map((of) => ({
    of,
    suffix: '3 addresses',
    change: (set: LabelledSet) => onlyAddresses(set, ['10.20.1.10', '10.20.1.12', '10.20.1.13']),
  })),
];

/** The sets in the repository, recorded and derived. @param root the project's folder */
export function repositorySets(root = '.'): SetFile[] {
  const data = join(root, DATA);
  const day = join(root, 'examples/data/recorded-day');
  const recorded: SetFile[] = [
    'lab_all_P1.v2',
    'lab_all_P1.v5',
    'lab_all_P2.v2',
    'lab_all_P2.v5',
    'lab_lookalikes_P1.v2',
    'lab_lookalikes_P2.v2',
    'hour2_P1.v2',
    'hour2_P1.v5',
    'hour3_mixed_P1.v2',
    'hour3_mixed_P1.v5',
    'day_P2.v2',
  ].map((name) => ({
    name,
    read: () => readSet(name, join(data, `${name}.log.gz`), labelsOf(join(data, name))),
  }));
  const dayP1: SetFile = {
    name: 'day_P1.v2',
    read: () => readSet('day_P1.v2', `${day}.log.gz`, `${day}.labels.json`),
  };
  const all = [...recorded, dayP1];
  const derived = DERIVED.flatMap(({ of, suffix, change }): SetFile[] => {
    const base = all.find(({ name }) => name === of);
    if (base === undefined) throw new RangeError(`no set ${of} to derive from`);
    return [
      {
        name: `${of}, ${suffix}`,
        isDerived: true,
        read: async () => ({ ...change(await base.read()), name: `${of}, ${suffix}` }),
      },
    ];
  });
  return [...all, ...derived];
}

/** Every `*.log` or `*.log.gz` of a folder that has a `*.labels.json` beside it. */
export async function folderSets(folder: string): Promise<SetFile[]> {
  const names = (await readdir(folder)).filter((name) => /\.log(\.gz)?$/.test(name)).sort();
  return names.map((file) => {
    const name = basename(file).replace(/\.log(\.gz)?$/, '');
    return { name, read: () => readSet(name, join(folder, file), labelsOf(join(folder, name))) };
  });
}

/** `hour2_P1.v2` and `hour2_P1.v5` are one scenario with the same labels. */
function labelsOf(path: string): string {
  return `${path.replace(/\.v[25]$/, '')}.labels.json`;
}

/** Reads one log with its labels. */
export async function readSet(name: string, log: string, labelsFile: string): Promise<LabelledSet> {
  const labels = LABELS.parse(JSON.parse(await readFile(labelsFile, 'utf8')));
  const records: FlowLogRecord[] = [];
  for await (const lines of readFlowLogText(createReadStream(log))) {
    for (const line of lines) if (line.kind === 'record') records.push(line.record);
  }
  const authorised = Object.entries(labels.sources).filter(([, { allowlist }]) => allowlist === true);
  const site: Site = {
    ownCidrs: [labels.vpc_cidr, ...(labels.vpc_cidr6 === undefined ? [] : [labels.vpc_cidr6])],
    proxyRanges: [labels.proxy_range],
    allowlist: authorised.map(([source]) => source),
    sip: { ports: labels.sip_ports, rtp: labels.rtp_ports.join('-') },
  };
  return { name, records, site, topology: topologyOf(site), sources: labels.sources };
}
