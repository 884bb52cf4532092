import { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { s3Client } from '../../../lambda/handlers/aws-clients';
import type { AwsSettings } from '../operate/aws-settings';
import { CommandError, UsageError } from '../support/errors';
import type { InputPlace, OpenFile, ReplayInput } from './input';

type S3Place = Extract<InputPlace, { readonly bucket: string }>;

/**
 * The objects at an `s3://BUCKET/KEY`: the one of that key, or all whose keys begin so.
 * @throws UsageError when it is no S3 address; CommandError when nothing is there
 */
export async function s3Inputs(address: string, settings: AwsSettings): Promise<ReplayInput[]> {
  const [, bucket, prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(address) ?? [];
  if (bucket === undefined)
    throw new UsageError(
      `${address} is no S3 address: write s3://BUCKET/KEY, or s3://BUCKET/PREFIX for many objects`,
    );
  const client = s3Client(settings);
  const places: S3Place[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key: key, Size: bytes = 0 } of page.Contents ?? []) {
      if (key !== undefined && bytes > 0) places.push({ bucket, key, bytes, settings });
    }
  }
  if (places.length === 0) throw new CommandError(`there is no object in S3 whose key begins so: ${address}`);
  const exact = places.filter(({ key }) => key === prefix);
  return (exact.length > 0 ? exact : places).map((place) => s3Input(place, client));
}

/** An object in S3. */
export function s3Input(place: S3Place, client = s3Client(place.settings)): ReplayInput {
  return {
    name: `s3://${place.bucket}/${place.key}`,
    bytes: place.bytes,
    open: () => bodyOf(place, client),
    file: () => Promise.resolve(objectAsFile(place, client)),
    place,
  };
}

async function* bodyOf({ bucket, key }: S3Place, client: S3Client): AsyncGenerator<Uint8Array> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (Body instanceof Readable) yield* Body as AsyncIterable<Uint8Array>;
}

/** Each part is a request of its own: a Parquet object is read in a handful of them. */
function objectAsFile({ bucket, key, bytes }: S3Place, client: S3Client): OpenFile {
  return {
    byteLength: bytes,
    slice: async (start, end = bytes) => {
      const range = `bytes=${start}-${end - 1}`;
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
      const part = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return new Uint8Array(part).buffer;
    },
  };
}
