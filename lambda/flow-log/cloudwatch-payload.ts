import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { printable } from '../address';

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

const SUBSCRIPTION_EVENT = z.object({ awslogs: z.object({ data: z.string().min(1) }) });

const PAYLOAD = z.object({
  messageType: z.string(),
  logGroup: z.string(),
  logStream: z.string(),
  logEvents: z.array(z.object({ id: z.string(), message: z.string() })),
});

/** Whether a Lambda event is one of a CloudWatch Logs subscription. */
export function isCloudWatchLogsEvent(event: unknown): event is CloudWatchLogsEvent {
  return typeof event === 'object' && event !== null && 'awslogs' in event;
}

/**
 * Decodes base64, gzip, JSON and shape in one place.
 * @throws PayloadError when any of them is not as CloudWatch Logs documents it
 */
export function decodeCloudWatchPayload(event: CloudWatchLogsEvent): CloudWatchPayload {
  const envelope = SUBSCRIPTION_EVENT.safeParse(event);
  if (!envelope.success) throw new PayloadError('awslogs.data is missing or empty');
  const payload = PAYLOAD.safeParse(parseJson(inflate(envelope.data.awslogs.data)));
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
    digest: digestOf([logGroup, logStream, ...logEvents.flatMap(({ id, message }) => [id, message])]),
  };
}

/** 22 characters (132 bits) of SHA-256 over the texts, each with its length, so that no text can pass for two. */
function digestOf(texts: readonly string[]): string {
  const content = texts.map((text) => `${text.length}:${text}`).join('');
  return createHash('sha256').update(content).digest('base64url').slice(0, 22);
}

/** Says the first thing that is wrong: ten thousand events may all be wrong in the same way. */
function wrongShape(error: z.ZodError): PayloadError {
  const first = z.prettifyError(new z.ZodError(error.issues.slice(0, 1)));
  return new PayloadError(`the payload is not of a log subscription: ${first}`);
}

function inflate(base64: string): Buffer {
  try {
    return gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: MAX_INFLATED_BYTES });
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
