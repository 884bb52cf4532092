import type { WAFV2Client } from '@aws-sdk/client-wafv2';
import { CidrSet, formatCidr, parseCidr } from '../../../lambda/address';
import type { Ban } from '../../../lambda/blacklist/ban';
import { DynamoDbLedger } from '../../../lambda/blacklist/dynamodb-ledger';
import type { Ledger } from '../../../lambda/blacklist/ledger';
import { decayWeight } from '../../../lambda/detection/weight';
import { defaultDetectionPolicy, type Verdict } from '../../../lambda/detection';
import type {
  Deployment,
  IpSetGateway,
  NetworkAclGateway,
  ReconcileReport,
} from '../../../lambda/enforcement';
import { Ec2NetworkAcls } from '../../../lambda/enforcement/ec2-network-acls';
import { Wafv2IpSets } from '../../../lambda/enforcement/wafv2-ip-sets';
import { newRecordCounts, type RecordCounts } from '../../../lambda/flow-log';
import { ledgerClient, ec2Client, wafv2Clients } from '../../../lambda/handlers/aws-clients';
import { Detector } from '../../../lambda/handlers/detector';
import { Enforcer } from '../../../lambda/handlers/enforcer';
import type { Telemetry } from '../../../lambda/handlers/telemetry';
import { CallCount, type Calls } from './call-count';
import type { LocalCloud } from './local-cloud';
import { subscriptionEvent, type RecordedLog } from './recorded-log';

/** Something to show while the run goes on. `at` is event time, epoch seconds. */
export type LocalEvent =
  | { readonly kind: 'ban'; readonly at: number; readonly ban: Ban }
  | { readonly kind: 'reconcile'; readonly at: number; readonly report: ReconcileReport }
  | { readonly kind: 'metric'; readonly at: number; readonly name: string; readonly value: number };

/** One of our entries in the network ACL, as it stands at the end. */
export interface FilledSlot {
  readonly ruleNumber: number;
  readonly cidr: string;
  readonly weight: number;
  readonly sources: number;
}

/** What the run came to. Times are epoch seconds. */
export interface LocalOutcome {
  readonly records: RecordCounts & { readonly sip: number };
  readonly span: { readonly from: number; readonly to: number };
  readonly bans: readonly Ban[];
  readonly suspects: readonly Verdict[];
  readonly slots: readonly FilledSlot[];
  /** Bans in force at the end, heaviest first. */
  readonly inForce: readonly Ban[];
  /** The IP sets at the end: name and number of CIDRs. */
  readonly ipSets: readonly { readonly name: string; readonly cidrs: number }[];
  /** Calls to EC2 and WAFv2. */
  readonly calls: Calls;
}

/**
 * Event time between ticks. The schedule of the stacks ticks every minute; deliveries come every 5 minutes here, and
 * between them a tick would find nothing to judge.
 */
export const TICK_SECONDS = 300;
/** What a Lambda of these stacks may take for one event, milliseconds. */
const TIME_LIMIT_MS = 60_000;

/**
 * Plays a recorded log through the real detector and enforcer, over the wire, on event time: deliveries as they
 * arrive, and a tick for both after them, from the first delivery until the last window is judged.
 */
export async function runLocal(
  cloud: LocalCloud,
  log: RecordedLog,
  clock: { now: number },
  onEvent: (event: LocalEvent) => void,
): Promise<LocalOutcome> {
  const parts = compose(cloud, log, clock, onEvent);
  const from = log.deliveries[0]?.at ?? 0;
  const last = log.deliveries.at(-1)?.at ?? 0;
  const { windowSeconds, graceSeconds, deliverySeconds } = defaultDetectionPolicy;
  const until = last + windowSeconds + graceSeconds + deliverySeconds + TICK_SECONDS;
  let next = 0;
  for (let now = from; now <= until; now += TICK_SECONDS) {
    clock.now = now;
    for (
      let delivery = log.deliveries[next];
      delivery !== undefined && delivery.at <= now;
      delivery = log.deliveries[++next]
    ) {
      await parts.deliver(subscriptionEvent(delivery));
    }
    await parts.tick();
  }
  return { ...(await parts.outcome()), span: log.span };
}

function compose(
  cloud: LocalCloud,
  log: RecordedLog,
  clock: { now: number },
  onEvent: (event: LocalEvent) => void,
) {
  const { deployment } = cloud;
  const clockMs = () => clock.now * 1000;
  const ledger = new DynamoDbLedger({
    client: ledgerClient(cloud.dynamoDb),
    tableName: deployment.ledgerTable,
    now: clockMs,
  });
  const count = new CallCount();
  const networkAcls = new Ec2NetworkAcls(count.of(ec2Client(cloud.aws)));
  const wafv2 = wafv2Clients(deployment, cloud.aws);
  for (const client of Object.values(wafv2)) count.of(client as WAFV2Client);
  const ipSets = new Wafv2IpSets(wafv2);
  const telemetry = observed((name, value) => onEvent({ kind: 'metric', at: clock.now, name, value }));
  const verdicts = new Verdicts((ban) => onEvent({ kind: 'ban', at: clock.now, ban }));
  const detector = new Detector({
    ledger,
    deployment,
    format: log.format,
    telemetry,
    clock: clockMs,
    onVerdict: verdicts.add,
  });
  const enforcer = new Enforcer({
    ledger,
    networkAcls,
    ipSets,
    deployment,
    telemetry,
    clock: clockMs,
    sleep: () => Promise.resolve(),
  });
  const counts = { ...newRecordCounts(), sip: 0 };
  return {
    deliver: async (event: unknown) => {
      const outcome = await detector.handle(event, () => TIME_LIMIT_MS);
      if (outcome.kind === 'batch') addCounts(counts, outcome.records, outcome.sip);
    },
    tick: async () => {
      await detector.handle({ source: 'aws.events' }, () => TIME_LIMIT_MS);
      const report = await enforcer.handle(`local-${clock.now}`, TIME_LIMIT_MS);
      onEvent({ kind: 'reconcile', at: clock.now, report });
    },
    outcome: async () => ({
      records: counts,
      calls: count.calls,
      ipSets: await sizes(ipSets, deployment.ipSets),
      ...verdicts.found(),
      ...(await standing(ledger, networkAcls, deployment, clock.now)),
    }),
  };
}

/** Collects what the detector decided. */
class Verdicts {
  readonly #bans: Ban[] = [];
  readonly #suspects = new Map<string, Verdict>();

  constructor(private readonly onBan: (ban: Ban) => void) {}

  readonly add = (verdict: Verdict, ban: Ban | undefined): void => {
    if (ban === undefined) this.#suspects.set(verdict.key, verdict);
    else {
      this.#bans.push(ban);
      this.onBan(ban);
    }
  };

  found(): Pick<LocalOutcome, 'bans' | 'suspects'> {
    const banned = new Set(this.#bans.map(({ key }) => key));
    return { bans: this.#bans, suspects: [...this.#suspects.values()].filter(({ key }) => !banned.has(key)) };
  }
}

function addCounts(sum: RecordCounts & { sip: number }, more: RecordCounts, sip: number): void {
  sum.read += more.read;
  sum.parsed += more.parsed;
  sum.malformed += more.malformed;
  sum.noData += more.noData;
  sum.skipData += more.skipData;
  sum.sip += sip;
}

function observed(onMetric: (name: string, value: number) => void): Telemetry {
  const quiet = () => undefined;
  return { info: quiet, warn: quiet, error: quiet, flush: quiet, metric: onMetric };
}

/** What stands at the end: our entries as EC2 describes them, and the bans in force. */
async function standing(
  ledger: Ledger,
  networkAcls: NetworkAclGateway,
  { networkAcls: [config] }: Deployment,
  now: number,
): Promise<Pick<LocalOutcome, 'slots' | 'inForce'>> {
  const inForce = (await ledger.bansInForce(now)).sort(
    (a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1),
  );
  if (config === undefined) return { slots: [], inForce };
  const owned = new Set((await ledger.ownedEntries(config.id)).map(({ ruleNumber }) => ruleNumber));
  const { ingress } = await networkAcls.describe(config.id);
  const ours = ingress.filter(({ ruleNumber, action }) => action === 'deny' && owned.has(ruleNumber));
  return {
    slots: ours.map(({ ruleNumber, cidr }) => ({
      ruleNumber,
      cidr: formatCidr(cidr),
      ...blockedBy(CidrSet.of([cidr]), inForce, now),
    })),
    inForce,
  };
}

async function sizes(gateway: IpSetGateway, sets: Deployment['ipSets']): Promise<LocalOutcome['ipSets']> {
  const read = sets.map(async (set) => ({
    name: set.name,
    cidrs: (await gateway.read(set)).addresses.length,
  }));
  return Promise.all(read);
}

function blockedBy(entry: CidrSet, bans: readonly Ban[], now: number): { weight: number; sources: number } {
  const covered = bans.filter((ban) => entry.covers(parseCidr(ban.cidr)));
  return {
    weight: covered.reduce((sum, ban) => sum + decayWeight(ban.weight, ban.weightAt, now), 0),
    sources: covered.length,
  };
}
