/**
 * What each part has to bear at a given load. Costs of a record, a contribution and a judged source are measured on this
 * machine by `measure.ts`; limits and prices are AWS's, with their sources.
 */

/** A load: what the VPC writes, and how many remote addresses speak SIP in a minute. */
export interface Load {
  readonly recordsPerSecond: number;
  readonly activeSources: number;
}

/** What was measured. */
export interface Costs {
  /** Scanning a record of a CloudWatch payload, inflating included, processor nanoseconds. */
  readonly payloadNs: number;
  /** Scanning a record of a gzip object, inflating included, processor nanoseconds. */
  readonly objectNs: number;
  /** Judging one source in one window, processor microseconds. */
  readonly judgeUs: number;
  /** A contribution as it is stored, compressed, bytes. */
  readonly contributionBytes: number;
}

/** Limits of AWS that are counted against. */
export const LIMITS = {
  /** Events of a delivery, about: 1 MB compressed (CloudWatch Logs user guide, *Subscription filters*). */
  payloadRecords: 10_000,
  /** Concurrent executions of an account and Region by default (Lambda developer guide, *Quotas*). */
  concurrency: 1000,
  /** Compressed bytes of a flow-log file at most, and of a record in it, about (VPC user guide, *Flow log files*). */
  fileBytes: 75e6,
  recordBytes: 25,
  /** Write and read units a second of one partition key (DynamoDB developer guide, *Partition keys*). */
  partitionWrites: 1000,
  partitionReads: 3000,
  /** Seconds in which a tick has to be done: the next one comes a minute later. */
  tickSeconds: 60,
} as const;

/** Partition keys over which the contributions of a window are spread: `CONTRIBUTION_SHARDS`. */
const SHARDS = 4;
/** Requests under way at a time in a judge, and how long one takes: `PARALLEL`, and DynamoDB's usual few milliseconds. */
const PARALLEL = 16;
const REQUEST_MS = 4;
/** Waiting for the ledger and the runtime in a delivery, milliseconds. */
const DELIVERY_WAIT_MS = 30;
/** Download of an object, bytes a second. */
const DOWNLOAD = 80e6;
/** What one write unit writes, bytes. */
const UNIT = 1024;

/** Records a second of one network interface, about; each interface is a log stream, delivered once a minute at least. */
const RECORDS_OF_INTERFACE = 100;

const PRICE = {
  gbSecond: 0.0000133334,
  lambdaRequest: 0.2e-6,
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  logsGb: 0.5,
  s3LogsGb: 0.25,
} as const;
/** GB of memory with which Lambda gives a whole processor. */
const CPU_GB = 1.769;
const LINE_BYTES = 115;
const MONTH = 30 * 86_400;

/** What a load asks of each part. Shares are of what there is: from 1 on, it breaks. */
export interface Bearing extends Load {
  readonly direct: {
    readonly invocationsPerSecond: number;
    readonly concurrency: number;
    readonly share: number;
  };
  readonly objects: { readonly filesPerMinute: number; readonly concurrency: number; readonly share: number };
  readonly ledger: {
    readonly writesPerSecond: number;
    readonly hottestPartition: number;
    readonly share: number;
  };
  readonly judge: { readonly seconds: number; readonly share: number };
  /** Dollars a month: what detection costs by each way, and the logs themselves. */
  readonly dollars: {
    readonly direct: number;
    readonly objects: number;
    readonly logs: number;
    readonly s3Logs: number;
  };
  /** The part that is nearest to its limit, by the direct way and by S3. */
  readonly firstToBreak: { readonly direct: string; readonly objects: string };
}

export function bearingOf(load: Load, costs: Costs): Bearing {
  const { recordsPerSecond, activeSources } = load;
  const invocationsPerSecond = Math.max(
    recordsPerSecond / LIMITS.payloadRecords,
    recordsPerSecond / RECORDS_OF_INTERFACE / 60,
  );
  const perDelivery = recordsPerSecond / invocationsPerSecond;
  const deliverySeconds = (DELIVERY_WAIT_MS + (perDelivery * costs.payloadNs) / 1e6) / 1000;
  const direct = share(invocationsPerSecond * deliverySeconds, LIMITS.concurrency);

  const bytesPerSecond = recordsPerSecond * LIMITS.recordBytes;
  const filesPerSecond = Math.max(bytesPerSecond / LIMITS.fileBytes, 1 / 300);
  const perFile = recordsPerSecond / filesPerSecond;
  const fileSeconds = (perFile * costs.objectNs) / 1e9 + (perFile * LIMITS.recordBytes) / DOWNLOAD;
  const objects = share(filesPerSecond * fileSeconds, LIMITS.concurrency);

  // A source is in as many items of a window as there are detectors that met it, at most one for each delivery.
  const meetings = Math.min(invocationsPerSecond * 60, 10);
  const items = Math.min(invocationsPerSecond * 60 * 2, activeSources * meetings);
  const writesPerMinute = items + (activeSources * meetings * costs.contributionBytes) / UNIT;
  const hottestPartition = writesPerMinute / 60 / SHARDS;
  const judgeReads = 2 * ((activeSources * meetings * costs.contributionBytes) / 4096 + activeSources);
  const judgeSeconds =
    (activeSources * costs.judgeUs) / 1e6 + (2 * activeSources * REQUEST_MS) / 1000 / PARALLEL;
  const stateWrites = 2 * activeSources;
  const ledgerDollars =
    ((writesPerMinute + stateWrites) * PRICE.writeUnit + judgeReads * PRICE.readUnit) * (MONTH / 60);
  const parts = {
    ledger: hottestPartition / LIMITS.partitionWrites,
    judge: judgeSeconds / LIMITS.tickSeconds,
  };
  return {
    ...load,
    direct: { invocationsPerSecond, ...direct },
    objects: { filesPerMinute: filesPerSecond * 60, ...objects },
    ledger: { writesPerSecond: (writesPerMinute + stateWrites) / 60, hottestPartition, share: parts.ledger },
    judge: { seconds: judgeSeconds, share: parts.judge },
    dollars: {
      direct:
        ledgerDollars +
        MONTH * invocationsPerSecond * (PRICE.lambdaRequest + deliverySeconds * CPU_GB * PRICE.gbSecond),
      objects:
        ledgerDollars +
        MONTH * filesPerSecond * (PRICE.lambdaRequest + fileSeconds * CPU_GB * PRICE.gbSecond),
      logs: (MONTH * recordsPerSecond * LINE_BYTES * PRICE.logsGb) / 1e9,
      s3Logs: (MONTH * recordsPerSecond * LINE_BYTES * PRICE.s3LogsGb) / 1e9,
    },
    firstToBreak: {
      direct: nearest({ 'Lambda concurrency': direct.share, ...named(parts) }),
      objects: nearest({ 'Lambda concurrency': objects.share, ...named(parts) }),
    },
  };
}

function share(concurrency: number, limit: number): { concurrency: number; share: number } {
  return { concurrency, share: concurrency / limit };
}

function named({ ledger, judge }: { ledger: number; judge: number }): Record<string, number> {
  return { 'one partition of a window': ledger, 'the judge’s minute': judge };
}

function nearest(shares: Readonly<Record<string, number>>): string {
  const [name, most] = Object.entries(shares).reduce((a, b) => (b[1] > a[1] ? b : a));
  return `${name}, at ${most < 0.01 ? 'less than 1' : (100 * most).toFixed(0)} %`;
}
