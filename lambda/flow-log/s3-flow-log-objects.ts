import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { type FlowLogObject, type FlowLogObjects, objectDigest, ObjectReadError } from './flow-log-objects';
import type { StoredObject } from './object-events';
import { fileOfBytes, readFlowLogParquet } from './parquet-object';
import { scanFlowLogText } from './record-scanner';

/**
 * Most bytes of an object. AWS ends a file at 75 MB (VPC user guide, *Flow log files*); somebody's merged file may be
 * larger, but Parquet has to fit into memory.
 */
export const MAX_OBJECT_BYTES = 256 * 1024 * 1024;

/** Flow-log objects in S3. Text is read as it arrives; Parquet, whose directory is at its end, once it is all there. */
export class S3FlowLogObjects implements FlowLogObjects {
  constructor(private readonly client: S3Client) {}

  async open(object: StoredObject): Promise<FlowLogObject> {
    const { Body, ETag, ContentLength = 0 } = await this.#get(object);
    if (!(Body instanceof Readable) || ETag === undefined) throw failed(object, 'the answer has no content');
    if (ContentLength > MAX_OBJECT_BYTES) {
      Body.destroy();
      throw failed(
        object,
        `it has ${ContentLength} bytes and ${MAX_OBJECT_BYTES} are read at most: split it`,
      );
    }
    const digest = objectDigest(object, ETag);
    if (object.key.endsWith('.parquet')) return { digest, scan: parquetScan(Body) };
    return { digest, scan: (scanner, afterPiece) => scanFlowLogText(Body, scanner, { afterPiece }) };
  }

  async #get({ bucket, key }: StoredObject): Promise<GetObjectCommandOutput> {
    try {
      return await this.client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    } catch (error) {
      if (error instanceof S3ServiceException && REMEDIES[error.name] !== undefined) {
        throw failed({ bucket, key }, `${error.name}: ${REMEDIES[error.name]}`, error);
      }
      throw error;
    }
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  NoSuchKey: 'it was deleted before it was read; raise flowLogs.retentionDays if its lifecycle did it',
  AccessDenied: "allow detect's role s3:GetObject on it, and the key it is encrypted with",
};

function failed({ bucket, key }: StoredObject, reason: string, cause?: unknown): ObjectReadError {
  return new ObjectReadError(`s3://${bucket}/${key} cannot be read: ${reason}`, { cause });
}

function parquetScan(body: Readable): FlowLogObject['scan'] {
  return async (scanner, afterPiece) => {
    const parts: Uint8Array[] = [];
    for await (const part of body) parts.push(part as Uint8Array);
    for await (const lines of readFlowLogParquet(fileOfBytes(Buffer.concat(parts)))) {
      scanner.take(lines);
      await afterPiece();
    }
  };
}
