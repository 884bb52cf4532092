import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { parseBanPolicy } from '../../lambda/blacklist/ban-policy';
import { judgePending } from '../../lambda/blacklist/judge-pending';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { packedAttribute } from '../../lambda/blacklist/packed-contributions';
import {
  type Contribution,
  ContributionCollector,
  defaultDetectionPolicy,
  judgeContextOf,
  portsOf,
} from '../../lambda/detection';
import {
  DEFAULT_FORMAT,
  FlowLogFormat,
  newRecordScanner,
  scanCloudWatchPayload,
  scanFlowLogText,
} from '../../lambda/flow-log';
import { Corpus, type CorpusSpec, payloadsOf } from '../hot-path/corpus';
import type { Costs } from './model';

const SITE = {
  ownCidrs: ['10.20.0.0/16'],
  proxyRanges: ['103.55.116.0/24'],
  allowlist: [],
  sip: { ports: [5060, 5061], rtp: '10000-20000' },
};
const BAN = parseBanPolicy({ first: '1h', factor: 4, max: '30d' });
const SPEC: CorpusSpec = { records: 1_000_000, version: 2, sip: 0.01, sources: 1000, seed: 9 };

/** What a record, a contribution and a judged source cost here, warm. */
export async function measureCosts(): Promise<Costs> {
  const judge = judgeContextOf(SITE, []);
  const format = FlowLogFormat.parse(DEFAULT_FORMAT);
  const filter = portsOf(judge.topology);
  const newCollector = () => new ContributionCollector(judge.topology, defaultDetectionPolicy);

  const payloads = payloadsOf(SPEC);
  const contributions: Contribution[] = [];
  const scanPayloads = () => {
    for (const data of payloads) {
      const collector = newCollector();
      const scanner = newRecordScanner(collector, { ports: filter });
      const payload = scanCloudWatchPayload({ awslogs: { data } }, scanner, format);
      if (payload.kind === 'data') contributions.push(...collector.drain(payload.digest));
    }
  };
  const payloadMs = await cpuMsOf(scanPayloads);

  const object = gzipSync(DEFAULT_FORMAT + '\n' + [...new Corpus(SPEC).lines()].join(''));
  const objectMs = await cpuMsOf(() =>
    scanFlowLogText(arriving(object), newRecordScanner(newCollector(), { ports: filter })),
  );

  const once = contributions.slice(0, contributions.length / 5);
  const ledger = new MemoryLedger({ forgetPast: true });
  await ledger.recordContributions(once);
  const pairs = new Set(once.map(({ window, key }) => `${window} ${key}`)).size;
  const before = process.cpuUsage();
  await judgePending({ ledger, judge, ban: BAN, until: Infinity });
  const { user, system } = process.cpuUsage(before);
  return {
    payloadNs: (payloadMs * 1e6) / SPEC.records,
    objectNs: (objectMs * 1e6) / SPEC.records,
    judgeUs: (user + system) / pairs,
    contributionBytes: packedAttribute(once.slice(0, 1000)).packed.length / Math.min(1000, once.length),
  };
}

function arriving(bytes: Buffer): Readable {
  const pieces = Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, i) =>
    bytes.subarray(i * PIECE, (i + 1) * PIECE),
  );
  return Readable.from(pieces);
}

const PIECE = 256 * 1024;

/** The least of several runs: what others do on this machine only adds. */
async function cpuMsOf(work: () => void | Promise<void>): Promise<number> {
  const runs: number[] = [];
  for (let i = 0; i < 5; i++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    runs.push((user + system) / 1000);
  }
  return Math.min(...runs);
}
