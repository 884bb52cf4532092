import * as z from '../schema';
import type { SQSBatchResponse } from 'aws-lambda';
import type { FlowLogObjects } from '../flow-log/flow-log-objects';
import { type StoredObject, storedObjectsIn } from '../flow-log/object-events';
import { type Detector, type DetectorOutcome, isScheduledEvent, UnknownEventError } from './detector';
import type { Telemetry } from './telemetry';

/** What the detector of objects works with: made by a composition root, replaced in tests. */
export interface ObjectDetectorParts {
  readonly detector: Detector;
  readonly objects: FlowLogObjects;
  readonly telemetry: Telemetry;
  /** Records worth a look that are added up before they are written, which bounds the memory. @default 100,000 */
  readonly recordsPerBatch?: number;
}

const QUEUE_EVENT = z.object({
  Records: z
    .array(z.object({ eventSource: z.literal('aws:sqs'), messageId: z.string(), body: z.string() }))
    .check(z.minLength(1)),
});

/** Time a run keeps back for what follows the last object, milliseconds. */
const RESERVE_MS = 5_000;

const RECORDS_PER_BATCH = 100_000;

/**
 * The detect function for flow logs in S3: each message of the queue is about stored objects, whose records become
 * contributions. A message fails alone; it comes again, and what it wrote already is not written twice (invariant I7),
 * because the batches of an object are cut by counting its records.
 */
export class ObjectDetector {
  constructor(private readonly parts: ObjectDetectorParts) {}

  /**
   * @param event of an SQS queue, or of an EventBridge schedule for a tick
   * @param remainingMs how long this invocation may still take, milliseconds
   * @returns for a queue, the messages that have to come again
   * @throws UnknownEventError, and whatever a tick throws
   */
  async handle(event: unknown, remainingMs: () => number): Promise<SQSBatchResponse | DetectorOutcome> {
    if (isScheduledEvent(event)) return this.parts.detector.tick(remainingMs);
    const parsed = QUEUE_EVENT.safeParse(event);
    if (!parsed.success) throw new UnknownEventError();
    const failed: string[] = [];
    let longestMs = 0;
    for (const { messageId, body } of parsed.data.Records) {
      const before = remainingMs();
      // What is cut off half-way is read from the start again: better to leave it to another run.
      const hasTime = before > longestMs + RESERVE_MS;
      if (!hasTime || !(await this.#message(messageId, body))) failed.push(messageId);
      longestMs = Math.max(longestMs, before - remainingMs());
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  }

  /** @returns whether all of the message's objects were read and written */
  async #message(messageId: string, body: string): Promise<boolean> {
    const { telemetry } = this.parts;
    try {
      for (const object of storedObjectsIn(body)) await this.#object(object);
      return true;
    } catch (error) {
      telemetry.metric('ObjectsFailed', 1);
      telemetry.error('a flow-log object could not be read: its message comes again', {
        messageId,
        body,
        error,
      });
      return false;
    }
  }

  async #object(stored: StoredObject): Promise<void> {
    const { detector, objects, telemetry, recordsPerBatch = RECORDS_PER_BATCH } = this.parts;
    const object = await objects.open(stored);
    const batch = detector.batch({ cut: { digest: object.digest, records: recordsPerBatch } });
    await object.scan(batch.scanner, () => batch.writeParts());
    const origin = { object: `s3://${stored.bucket}/${stored.key}` };
    if (batch.size > 0) await batch.end(object.digest, origin);
    telemetry.metric('ObjectsRead', 1);
  }
}
