import { packContributions, packedAttribute } from '../../lambda/blacklist/packed-contributions';
import {
  type Contribution,
  ContributionCollector,
  defaultDetectionPolicy,
  portsOf,
  topologyOf,
} from '../../lambda/detection';
import {
  DEFAULT_FORMAT,
  FlowLogFormat,
  newRecordScanner,
  scanCloudWatchPayload,
} from '../../lambda/flow-log';
import { payloadsOf } from './corpus';

/** List prices of us-east-1, dollars (AWS price list of November 2026; check those of your Region). */
export const PRICES = {
  /** A GB-second of Lambda on arm64. */
  lambdaGbSecond: 0.0000133334,
  /** A request to Lambda. */
  lambdaRequest: 0.2e-6,
  /** A write unit of DynamoDB on demand: 1 KB. */
  dynamodbWrite: 0.625e-6,
  /** A GB of flow logs into CloudWatch Logs. */
  cloudwatchGb: 0.5,
};

/** Memory with which Lambda gives a whole processor, GB (Lambda developer guide, *Memory*): 1,769 MB. */
const GB_OF_A_CPU = 1.769;

const RECORDS = 200_000;
const BILLION = 1e9;

/** What a billion records cost, and the ledger's requests per million: measured on deliveries of 10,000 records. */
export function costOf(): { text: string; figures: Readonly<Record<string, number>> } {
  const site = topologyOf({
    ownCidrs: ['10.20.0.0/16'],
    proxyRanges: ['103.55.116.0/24'],
    allowlist: [],
    sip: { ports: [5060, 5061], rtp: '10000-20000' },
  });
  const format = FlowLogFormat.parse(DEFAULT_FORMAT);
  const payloads = payloadsOf({ records: RECORDS, version: 2, sip: 0.01, sources: 1000, seed: 5 });
  const contributionsOf = (data: string): Contribution[] => {
    const collector = new ContributionCollector(site, defaultDetectionPolicy);
    const scanner = newRecordScanner(collector, { ports: portsOf(site) });
    const payload = scanCloudWatchPayload({ awslogs: { data } }, scanner, format);
    return payload.kind === 'control' ? [] : collector.drain(payload.digest);
  };
  // This warms up besides: a function that lives has done it long ago.
  const packs = payloads.flatMap((data) => packContributions(contributionsOf(data)));
  const units = packs.map((pack) => Math.ceil(packedAttribute(pack.contributions).packed.length / 1024));
  const before = process.cpuUsage();
  for (const data of payloads) contributionsOf(data);
  const { user, system } = process.cpuUsage(before);
  const nsPerRecord = ((user + system) * 1000) / RECORDS;
  const perBillion = BILLION / RECORDS;
  const figures = {
    cpuNsPerRecord: nsPerRecord,
    ledgerWritesPerMillion: (packs.length * 1e6) / RECORDS,
    lambdaDollars: nsPerRecord * GB_OF_A_CPU * PRICES.lambdaGbSecond,
    requestDollars: payloads.length * perBillion * PRICES.lambdaRequest,
    ledgerDollars: units.reduce((sum, unit) => sum + unit, 0) * perBillion * PRICES.dynamodbWrite,
    logsDollars: ((115 * BILLION) / 1e9) * PRICES.cloudwatchGb,
  };
  const dollars = (value: number) => `${value.toFixed(2)} $`;
  const text = `
A billion records (v2, 1 % SIP, deliveries of 10,000), list prices
  detect's processor time               ${dollars(figures.lambdaDollars)}   (${nsPerRecord.toFixed(0)} ns a record)
  detect's requests                     ${dollars(figures.requestDollars)}
  ledger writes                         ${dollars(figures.ledgerDollars)}   (${figures.ledgerWritesPerMillion.toFixed(0)} requests per million records)
  for comparison: the logs themselves   ${dollars(figures.logsDollars)}
`;
  return { text, figures };
}
