import { open, stat } from 'node:fs/promises';
import type { AwsSettings } from '../operate/aws-settings';
import type { CliIo } from '../support/cli-io';
import { CommandError, UsageError } from '../support/errors';
import { systemReason } from '../support/system-reason';
import type { OpenFile, ReplayInput } from './input';

/** Bytes asked of the disk at a time. */
const PIECE = 256 * 1024;

/**
 * Checks that everything named can be read before anything is.
 * @param settings for objects in S3
 * @throws UsageError or CommandError naming the path
 */
export async function replayInputs(
  paths: readonly string[],
  settings: () => AwsSettings,
  io: CliIo,
): Promise<ReplayInput[]> {
  if (paths.filter((path) => path === '-').length > 1)
    throw new UsageError('standard input (-) can be read once only');
  const inputs = await Promise.all(paths.map((path) => inputsOf(path, settings, io)));
  return inputs.flat();
}

async function inputsOf(path: string, settings: () => AwsSettings, io: CliIo): Promise<ReplayInput[]> {
  if (path === '-') return [{ name: 'standard input', open: () => io.stdin }];
  if (path.startsWith('s3://')) {
    const { s3Inputs } = await import('./s3-inputs');
    return s3Inputs(path, settings());
  }
  const found = await stat(path).catch((error: unknown) => {
    throw new CommandError(`${path} cannot be read: ${systemReason(error)}`);
  });
  if (!found.isFile())
    throw new CommandError(`${path} is not a file: name the files in it, for example ${path}/*.log.gz`);
  return [fileInput(path, found.size)];
}

/** A file of this machine. */
export function fileInput(path: string, bytes: number): ReplayInput {
  return {
    name: path,
    bytes,
    open: () => bytesOfFile(path),
    file: () => openFile(path, bytes),
    place: { path, bytes },
  };
}

/** Read into the same memory again and again: new memory for each piece is what a long log would mostly cost. */
async function* bytesOfFile(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path);
  const buffer = Buffer.allocUnsafeSlow(PIECE);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, PIECE);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function openFile(path: string, byteLength: number): Promise<OpenFile> {
  const handle = await open(path);
  return {
    byteLength,
    slice: async (start, end = byteLength) => {
      const bytes = new Uint8Array(end - start);
      await handle.read(bytes, 0, bytes.length, start);
      return bytes.buffer;
    },
    close: () => handle.close(),
  };
}

/** Does something with an input; what goes wrong is said with the input's name. */
export async function sayingWhere<T>({ name }: ReplayInput, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('FlowLog'))
      throw new CommandError(`${name}: ${error.message}`);
    if (error instanceof Error && 'syscall' in error && !('$metadata' in error))
      throw new CommandError(`${name} cannot be read: ${systemReason(error)}`);
    throw error;
  }
}
