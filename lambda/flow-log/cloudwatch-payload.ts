import { createHash, type Hash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import * as z from '../schema';
import { printable } from '../address';
import type { FlowLogFormat } from './format';
import type { RecordScanner } from './record-sink';

/**
 * Most bytes a payload may inflate to. CloudWatch Logs sends at most 1 MB before base64 (CloudWatch Logs user guide,
 * *Subscription filters*); text of flow logs compresses 10 to 20 times, so this is far above any real payload and well
 * below what a bomb could ask for.
 */
export const MAX_INFLATED_BYTES = 128 * 1024 * 1024;

/** The event Lambda gets from a CloudWatch Logs subscription. */
export interface CloudWatchLogsEvent {
  readonly awslogs: { readonly data: string };
}

/** A decoded payload: a probe of the destination, or log lines of one stream. */
export type CloudWatchPayload =
  | { readonly kind: 'control' }
  | {
      readonly kind: 'data';
      readonly logGroup: string;
      readonly logStream: string;
      readonly messages: readonly string[];
      /** Identifies the batch by its content: the same events have the same digest however they are delivered. */
      readonly digest: string;
    };

/** A payload that is not what CloudWatch Logs sends. The message says what is wrong. */
export class PayloadError extends Error {
  override readonly name = 'PayloadError';
}

/** Deflate makes nothing more than 1,032 times shorter (zlib technical details, *Maximum compression factor*). */
const MOST_INFLATION = 1032;
const LEAST_CHUNK = 64 * 1024;

const SUBSCRIPTION_EVENT = z.object({ awslogs: z.object({ data: z.string().check(z.minLength(1)) }) });

const PAYLOAD = z.object({
  messageType: z.string(),
  logGroup: z.string(),
  logStream: z.string(),
  logEvents: z.array(z.object({ id: z.string(), message: z.string(), timestamp: z.optional(z.number()) })),
});

/** What a payload was: a probe of the destination, or a batch of log lines. */
export type ScannedPayload =
  | { readonly kind: 'control' }
  | {
      readonly kind: 'data';
      readonly logGroup: string;
      readonly logStream: string;
      /** See {@link CloudWatchPayload}. */
      readonly digest: string;
    };

const REST = z.object({ logEvents: PAYLOAD.shape.logEvents });

/** Whether a Lambda event is one of a CloudWatch Logs subscription. */
export function isCloudWatchLogsEvent(event: unknown): event is CloudWatchLogsEvent {
  return typeof event === 'object' && event !== null && 'awslogs' in event;
}

/** A decoded payload, with when each message was logged: epoch milliseconds, or undefined where an event does not say it. */
export type TimedPayload =
  | Extract<CloudWatchPayload, { kind: 'control' }>
  | (Extract<CloudWatchPayload, { kind: 'data' }> & { readonly timestamps: readonly (number | undefined)[] });

/**
 * Decodes base64, gzip, JSON and shape in one place.
 * @throws PayloadError when any of them is not as CloudWatch Logs documents it
 */
export function decodeCloudWatchPayload(event: CloudWatchLogsEvent): CloudWatchPayload {
  const payload = decodeTimedPayload(event);
  if (payload.kind === 'control') return payload;
  const { kind, logGroup, logStream, messages, digest } = payload;
  return { kind, logGroup, logStream, messages, digest };
}

/** The same with the times of the messages. @throws PayloadError as {@link decodeCloudWatchPayload} */
export function decodeTimedPayload(event: CloudWatchLogsEvent): TimedPayload {
  const payload = PAYLOAD.safeParse(parseJson(inflatedPayload(event)));
  if (!payload.success) throw wrongShape(payload.error);
  const { messageType, logGroup, logStream, logEvents } = payload.data;
  if (messageType === 'CONTROL_MESSAGE') return { kind: 'control' };
  if (messageType !== 'DATA_MESSAGE')
    throw new PayloadError(
      `messageType "${printable(messageType)}" is neither DATA_MESSAGE nor CONTROL_MESSAGE`,
    );
  return {
    kind: 'data',
    logGroup,
    logStream,
    messages: logEvents.map(({ message }) => message),
    timestamps: logEvents.map(({ timestamp }) => timestamp),
    digest: digestOf([logGroup, logStream, ...logEvents.flatMap(({ id, message }) => [id, message])]),
  };
}

/**
 * Decodes a payload and scans its messages, without a text or an object for any of those that are written as AWS writes
 * them. What it finds is what {@link decodeCloudWatchPayload} finds, the digest included.
 * @throws PayloadError as that does; the scanner may have seen some of the messages then
 */
export function scanCloudWatchPayload(
  event: CloudWatchLogsEvent,
  scanner: RecordScanner,
  format: FlowLogFormat,
): ScannedPayload {
  const json = inflatedPayload(event);
  const head = headOf(json);
  if (head === undefined) return scanDecoded(decodeCloudWatchPayload(event), scanner, format);
  const hash = createHash('sha256');
  for (const text of [head.logGroup, head.logStream]) hash.update(withLength(text));
  scanner.beginMessages(format);
  const end = scanner.pushEvents(json, head.eventsAt, (content) => hash.update(content));
  const rest = restOf(json, end);
  if (rest === undefined) throw whatIsWrongWith(event);
  for (const { id, message } of rest) {
    hash.update(withLength(id) + withLength(message));
    scanner.pushMessage(message);
  }
  scanner.end();
  return { kind: 'data', logGroup: head.logGroup, logStream: head.logStream, digest: shortDigest(hash) };
}

function scanDecoded(
  payload: CloudWatchPayload,
  scanner: RecordScanner,
  format: FlowLogFormat,
): ScannedPayload {
  if (payload.kind === 'control') return payload;
  const { kind, logGroup, logStream, digest, messages } = payload;
  scanner.beginMessages(format);
  for (const message of messages) scanner.pushMessage(message);
  scanner.end();
  return { kind, logGroup, logStream, digest };
}

const EVENTS_KEY = '"logEvents":[';
/** How far into the payload its events begin at most, bytes: names of a log group and a stream are 512 characters each. */
const LONGEST_HEAD = 16_384;

/** What stands before the events, where that is all that stands around them; undefined for the long way. */
function headOf(json: Buffer): { logGroup: string; logStream: string; eventsAt: number } | undefined {
  const key = json.subarray(0, LONGEST_HEAD).indexOf(EVENTS_KEY);
  if (key < 0) return undefined;
  const eventsAt = key + EVENTS_KEY.length;
  const head = PAYLOAD.safeParse(tryJson(`${json.toString('utf8', 0, eventsAt)}]}`));
  if (!head.success || head.data.messageType !== 'DATA_MESSAGE') return undefined;
  return { logGroup: head.data.logGroup, logStream: head.data.logStream, eventsAt };
}

/** The events from `at` on, by the way that reads anything; undefined where the payload is not as it should be. */
function restOf(json: Buffer, at: number): z.infer<typeof PAYLOAD>['logEvents'] | undefined {
  const text = json.toString('utf8', at);
  if (text.trimEnd() === ']}') return [];
  // What comes after the events must not be about them: they are counted already.
  if (KEY_OF_HEAD.test(text)) return undefined;
  const rest = REST.safeParse(tryJson(`{"logEvents":[${text}`));
  return rest.success ? rest.data.logEvents : undefined;
}

const KEY_OF_HEAD = /"(?:messageType|logGroup|logStream|logEvents)"\s*:/;

function whatIsWrongWith(event: CloudWatchLogsEvent): PayloadError {
  try {
    decodeCloudWatchPayload(event);
  } catch (error) {
    if (error instanceof PayloadError) return error;
    throw error;
  }
  return new PayloadError('the payload is not of a log subscription: one of its keys comes twice');
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** 22 characters (132 bits) of SHA-256 over the texts, each with its length, so that no text can pass for two. */
function digestOf(texts: readonly string[]): string {
  return shortDigest(createHash('sha256').update(texts.map(withLength).join('')));
}

function withLength(text: string): string {
  return `${text.length}:${text}`;
}

function shortDigest(hash: Hash): string {
  return hash.digest('base64url').slice(0, 22);
}

/** Says the first thing that is wrong: ten thousand events may all be wrong in the same way. */
function wrongShape({ issues }: z.core.$ZodError): PayloadError {
  const first = z.prettifyError({ issues: issues.slice(0, 1) });
  return new PayloadError(`the payload is not of a log subscription: ${first}`);
}

function inflatedPayload(event: CloudWatchLogsEvent): Buffer {
  const envelope = SUBSCRIPTION_EVENT.safeParse(event);
  if (!envelope.success) throw new PayloadError('awslogs.data is missing or empty');
  return inflate(Buffer.from(envelope.data.awslogs.data, 'base64'));
}

/** Inflated at one go where gzip's last four bytes say how long it will be (RFC 1952 section 2.3.1): a third cheaper. */
function inflate(packed: Buffer): Buffer {
  const said = packed.length >= 18 ? packed.readUInt32LE(packed.length - 4) : 0;
  const chunkSize = Math.min(
    Math.max(said + 1, LEAST_CHUNK),
    packed.length * MOST_INFLATION,
    MAX_INFLATED_BYTES,
  );
  try {
    return gunzipSync(packed, {
      maxOutputLength: MAX_INFLATED_BYTES,
      chunkSize: Math.max(chunkSize, LEAST_CHUNK),
    });
  } catch (error) {
    throw new PayloadError(`awslogs.data cannot be inflated: ${(error as Error).message}`, { cause: error });
  }
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch (error) {
    throw new PayloadError('the inflated payload is not JSON', { cause: error });
  }
}
