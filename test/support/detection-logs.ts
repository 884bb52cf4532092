import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Site } from '../../lambda/detection';
import { type FlowLogRecord, readFlowLogText } from '../../lambda/flow-log';

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
      spoofed: z.boolean().nullish(),
    }),
  ),
});

/** A recorded flow log with what is known of its sources. */
export interface LabelledLog {
  readonly records: readonly FlowLogRecord[];
  readonly site: Site;
  readonly sources: z.infer<typeof LABELS>['sources'];
}

const DATA = join(__dirname, '../data/detection');
const EXAMPLES = join(__dirname, '../../examples/data');

/** 14 minutes of real tools in the lab and of callers that look like them, a cold start; `v2` or `v5` fields. */
export function labLog(set: 'lab_all_P1' | 'lab_lookalikes_P1', version: 'v2' | 'v5'): Promise<LabelledLog> {
  return labelledLog(join(DATA, `${set}.${version}.log.gz`), join(DATA, `${set}.labels.json`));
}

/** The day that `npm start` plays. */
export function recordedDay(): Promise<LabelledLog> {
  return labelledLog(join(EXAMPLES, 'recorded-day.log.gz'), join(EXAMPLES, 'recorded-day.labels.json'));
}

async function labelledLog(log: string, labelsFile: string): Promise<LabelledLog> {
  const labels = LABELS.parse(JSON.parse(await readFile(labelsFile, 'utf8')));
  const records: FlowLogRecord[] = [];
  for await (const lines of readFlowLogText(createReadStream(log))) {
    for (const line of lines) if (line.kind === 'record') records.push(line.record);
  }
  return {
    records,
    site: {
      ownCidrs: [labels.vpc_cidr, ...(labels.vpc_cidr6 === undefined ? [] : [labels.vpc_cidr6])],
      proxyRanges: [labels.proxy_range],
      allowlist: [],
      sip: { ports: labels.sip_ports, rtp: labels.rtp_ports.join('-') },
    },
    sources: labels.sources,
  };
}
