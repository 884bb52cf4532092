import type { RandomAccessFile } from '../../../lambda/flow-log';
import type { AwsSettings } from '../operate/aws-settings';

/** One thing to read. */
export interface ReplayInput {
  /** For messages: the path, the object, or `standard input`. */
  readonly name: string;
  /** Size in bytes as stored, or undefined for a pipe. */
  readonly bytes?: number;
  /** Its bytes, piece by piece. A piece is valid until the next one is asked for. */
  readonly open: () => AsyncIterable<Uint8Array>;
  /** The same to read any part of; undefined for a pipe. */
  readonly file?: () => Promise<OpenFile>;
  /** What another thread has to know to read it; undefined for what only this one can. */
  readonly place?: InputPlace;
}

/** A file of which any part can be read, and which is closed afterwards. */
export type OpenFile = RandomAccessFile & { readonly close?: () => Promise<void> };

/** Where an input is, as plain data. */
export type InputPlace =
  | { readonly path: string; readonly bytes: number }
  | {
      readonly bucket: string;
      readonly key: string;
      readonly bytes: number;
      readonly settings: AwsSettings;
    };
