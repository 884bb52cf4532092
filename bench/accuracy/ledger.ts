/**
 * What detection costs the ledger:
 *
 *   node scripts/run-ts.mjs bench/accuracy/ledger.ts [LOG.gz LABELS.json]
 *
 * Requests are counted while the recorded day is delivered minute by minute to a DynamoDB stand-in and judged at each
 * minute's tick. The size of states is that at the end of the log named, or of the recorded day.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DEFAULT_BAN_POLICY } from '../../lambda/blacklist/ban-policy';
import { createLedgerTable } from '../../lambda/blacklist/dynamodb-create-table';
import { DynamoDbLedger } from '../../lambda/blacklist/dynamodb-ledger';
import { judgePending } from '../../lambda/blacklist/judge-pending';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { changedPolicy, ContributionCollector, judgeContextOf, topologyOf } from '../../lambda/detection';
import type { FlowLogRecord } from '../../lambda/flow-log';
import { startEmbeddedDynamoDb } from '../../lib/local/aws/embedded-dynamodb';
import { collected } from './judge';
import { type LabelledSet, readSet, repositorySets } from './sets';

async function main([log, labels]: readonly string[]): Promise<void> {
  const day = await repositorySets()
    .find(({ name }) => name === 'day_P1.v2')
    ?.read();
  if (day === undefined) throw new RangeError('the recorded day is not among the sets');
  await countRequests(day);
  await measureStates(log === undefined || labels === undefined ? day : await readSet(log, log, labels));
}

/** Delivers the day and judges it as production does, and prints how many requests that took. */
async function countRequests({ records, site }: LabelledSet): Promise<void> {
  const server = await startEmbeddedDynamoDb();
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const raw = new DynamoDBClient({ endpoint: server.endpoint, region: 'ap-southeast-2', credentials });
  await createLedgerTable(raw, 'ledger');
  let requests = 0;
  raw.middlewareStack.add((next) => (args) => (requests++, next(args)), { step: 'finalizeRequest' });
  const ledger = new DynamoDbLedger({ client: DynamoDBDocumentClient.from(raw), tableName: 'ledger' });
  const policy = changedPolicy();
  const judge = judgeContextOf(site, []);
  const collector = new ContributionCollector(topologyOf(site), policy);
  let [traffic, ticks] = [0, 0];
  for (const [minute, some] of byMinute(records)) {
    for (const record of some) collector.add(record);
    const before = requests;
    await ledger.recordContributions(collector.drain(`minute ${minute}`));
    const written = requests;
    await judgePending({ ledger, judge, ban: DEFAULT_BAN_POLICY, until: minute - policy.deliverySeconds });
    traffic += written - before;
    ticks += requests - written;
  }
  const perThousand = Math.round((1000 * (traffic + ticks)) / collector.sipRecords);
  console.log(
    `ledger requests: ${traffic} to write ${collector.sipRecords} SIP records in 1,440 deliveries, ${ticks} to judge them at as many ticks: ${perThousand} for each thousand SIP records`,
  );
  raw.destroy();
  await server.close();
}

function byMinute(records: readonly FlowLogRecord[]): [number, FlowLogRecord[]][] {
  const minutes = new Map<number, FlowLogRecord[]>();
  for (const record of records) {
    const minute = 60 * Math.ceil(record.end / 60);
    const some = minutes.get(minute);
    if (some === undefined) minutes.set(minute, [record]);
    else some.push(record);
  }
  return [...minutes].sort(([a], [b]) => a - b);
}

/** Judges the log in memory, and prints how large the states of its sources are at the end. */
async function measureStates(set: LabelledSet): Promise<void> {
  const { contributions, site, name } = collected(set);
  const ledger = new MemoryLedger({ forgetPast: true });
  await ledger.recordContributions(contributions);
  await judgePending({ ledger, judge: judgeContextOf(site, []), ban: DEFAULT_BAN_POLICY, until: Infinity });
  const keys = [...new Set(contributions.map(({ key }) => key))];
  const states = [...(await ledger.sourceStates(keys)).values()];
  const sizes = states.map(({ value }) => itemBytes(value)).sort((a, b) => a - b);
  console.log(
    `${name}: states of ${sizes.length} sources, bytes as DynamoDB counts them: median ${sizes[sizes.length >> 1] ?? 0}, 99th percentile ${sizes[Math.floor(sizes.length * 0.99)] ?? 0}, largest ${sizes.at(-1) ?? 0}`,
  );
}

/**
 * Size of a value in an item, bytes (Amazon DynamoDB developer guide, *Item sizes and formats*): text in UTF-8, a number
 * about a byte for two digits and one more, lists and maps 3 and one for each element.
 */
function itemBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).replace(/\D/g, '').length / 2) + 1;
  if (typeof value !== 'object' || value === null) return 1;
  const isList = Array.isArray(value);
  return Object.entries(value).reduce(
    (sum, [key, element]) => sum + 1 + (isList ? 0 : Buffer.byteLength(key)) + itemBytes(element),
    3,
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
