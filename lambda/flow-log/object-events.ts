import * as z from '../schema';

/** An object that S3 says it has stored. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
}

/** A message that is not one about stored objects. The message says what is wrong. */
export class ObjectEventError extends Error {
  override readonly name = 'ObjectEventError';
}

const NAMED = z.object({ name: z.string().check(z.minLength(1)) });
const KEYED = z.object({ key: z.string().check(z.minLength(1)) });

/** EventBridge (S3 user guide, *EventBridge event message structure*): the key as it is. */
const EVENTBRIDGE = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.literal('Object Created'),
  detail: z.object({ bucket: NAMED, object: KEYED }),
});

/** S3 itself (S3 user guide, *Event message structure*): the key URL-encoded, a space as `+`. */
const NOTIFICATION = z.object({
  Records: z.array(z.object({ eventName: z.string(), s3: z.object({ bucket: NAMED, object: KEYED }) })),
});

/** What S3 sends once when a notification is set up. */
const TEST = z.object({ Event: z.literal('s3:TestEvent') });

/** A notification that came by way of an SNS topic. */
const ENVELOPE = z.object({ Type: z.literal('Notification'), Message: z.string() });

/**
 * The objects that a message is about, whichever way S3 sent it: EventBridge, its own notifications, or those through an
 * SNS topic. None for the test that S3 sends first, and for events that store nothing.
 * @param body JSON text, as it stands in the queue
 * @throws ObjectEventError when it is none of them
 */
export function storedObjectsIn(body: string): StoredObject[] {
  const message = parseJson(body);
  const envelope = ENVELOPE.safeParse(message);
  return objectsOf(envelope.success ? parseJson(envelope.data.Message) : message);
}

function objectsOf(message: unknown): StoredObject[] {
  const fromEventBridge = EVENTBRIDGE.safeParse(message);
  if (fromEventBridge.success) {
    const { bucket, object } = fromEventBridge.data.detail;
    return [{ bucket: bucket.name, key: object.key }];
  }
  const fromS3 = NOTIFICATION.safeParse(message);
  if (fromS3.success) {
    return fromS3.data.Records.filter(({ eventName }) => eventName.startsWith('ObjectCreated:')).map(
      ({ s3 }) => ({ bucket: s3.bucket.name, key: decodeKey(s3.object.key) }),
    );
  }
  if (TEST.safeParse(message).success) return [];
  throw new ObjectEventError(
    'the message is not about a stored object, neither from EventBridge nor from S3: check what sends to the queue',
  );
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch (error) {
    throw new ObjectEventError(`the key "${key}" is not URL-encoded as S3 does it`, { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ObjectEventError('the message is not JSON: check what sends to the queue', { cause: error });
  }
}
