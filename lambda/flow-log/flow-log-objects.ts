import { createHash } from 'node:crypto';
import type { StoredObject } from './object-events';
import type { RecordScanner } from './record-sink';

/** A flow-log object that is being read. */
export interface FlowLogObject {
  /** Identifies the content: the same object has the same digest however often it is read. 22 characters. */
  readonly digest: string;
  /**
   * Scans all of it, in its order.
   * @param afterPiece waited for after each piece, before more is read
   * @throws FlowLogFormatError or FlowLogReadError when the content is not as it should be
   */
  scan(scanner: RecordScanner, afterPiece: () => Promise<void>): Promise<void>;
}

/** Where flow-log objects are read from. */
export interface FlowLogObjects {
  /**
   * @throws ObjectReadError when the object is not there, may not be read, or is larger than any that AWS writes
   */
  open(object: StoredObject): Promise<FlowLogObject>;
}

/** An object that cannot be opened. The message names it and what to do. */
export class ObjectReadError extends Error {
  override readonly name = 'ObjectReadError';
}

/** 132 bits of SHA-256 over the object's name and the entity tag of its content, each with its length. */
export function objectDigest({ bucket, key }: StoredObject, etag: string): string {
  const content = [bucket, key, etag].map((text) => `${text.length}:${text}`).join('');
  return createHash('sha256').update(content).digest('base64url').slice(0, 22);
}
