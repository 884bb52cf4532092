import type { ParsedEnvironment } from './schema';
import type { SectionProblem, ValidSections } from './sections';

type FlowLogs = ParsedEnvironment['flowLogs'];

/** Whether the records arrive as objects in a bucket. */
export function isInS3(
  flowLogs: FlowLogs,
): flowLogs is Extract<FlowLogs, { destination: 's3' } | { existingBucket: string }> {
  return 'existingBucket' in flowLogs || ('destination' in flowLogs && flowLogs.destination === 's3');
}

/** Minutes that AWS usually takes to deliver a record (VPC user guide, *Aggregation interval*: "about"). */
const USUAL_DELIVERY_MINUTES = { cloudwatch: 5, s3: 10 } as const;

/**
 * How long a window waits for records, seconds, beyond the one minute that it spans and the minute of grace. Files come
 * every five minutes and sometimes late; a record that spans ten minutes may end in their first one.
 */
export function deliverySecondsOf(flowLogs: FlowLogs): number {
  const delivery = isInS3(flowLogs) ? 15 * 60 : 5 * 60;
  return delivery + flowLogs.aggregationSeconds - 60;
}

/** Flow logs that the alarms or the functions could not keep up with. */
export function flowLogProblems({ flowLogs, alarms, functions }: ValidSections): SectionProblem[] {
  if (!flowLogs) return [];
  return [
    ...(alarms ? silenceProblems(flowLogs, alarms.silenceMinutes) : []),
    ...(functions && isInS3(flowLogs) ? concurrencyProblems(functions.detect.reservedConcurrency) : []),
  ];
}

function silenceProblems(flowLogs: FlowLogs, silenceMinutes: number): SectionProblem[] {
  const delivery = USUAL_DELIVERY_MINUTES[isInS3(flowLogs) ? 's3' : 'cloudwatch'];
  const least = flowLogs.aggregationSeconds / 60 + delivery;
  if (silenceMinutes >= least) return [];
  const reason = `is below the ${least} minutes that a record may take (flowLogs.aggregationSeconds ${flowLogs.aggregationSeconds} and ${delivery} minutes of delivery): write at least ${Math.ceil(least / 5) * 5}`;
  return [{ key: 'alarms.silenceMinutes', value: silenceMinutes, reason }];
}

/** AWS: a queue invokes a function with two executions at least (Lambda developer guide, *Maximum concurrency*). */
export const LEAST_QUEUE_CONCURRENCY = 2;

function concurrencyProblems(reserved: number | 'unreserved'): SectionProblem[] {
  const least = LEAST_QUEUE_CONCURRENCY + 1;
  if (reserved === 'unreserved' || reserved >= least) return [];
  const reason = `is too few for flow logs in S3: the queue takes ${LEAST_QUEUE_CONCURRENCY} executions at least and the tick one; write at least ${least}, or "unreserved"`;
  return [{ key: 'functions.detect.reservedConcurrency', value: reserved, reason }];
}
