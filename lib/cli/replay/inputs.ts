import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { readFlowLogText, type FlowLogFormat, type ParsedLine } from '../../../lambda/flow-log';
import type { CliIo } from '../support/cli-io';
import { CommandError, UsageError } from '../support/errors';
import { systemReason } from '../support/system-reason';

/** One thing to read. */
export interface ReplayInput {
  /** For messages: the path, or `standard input`. */
  readonly name: string;
  /** Size in bytes as stored, or undefined for a pipe. */
  readonly bytes?: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/**
 * Checks that everything named can be read before anything is.
 * @throws UsageError or CommandError naming the path
 */
export async function replayInputs(paths: readonly string[], io: CliIo): Promise<ReplayInput[]> {
  if (paths.filter((path) => path === '-').length > 1)
    throw new UsageError('standard input (-) can be read once only');
  return Promise.all(paths.map((path) => replayInput(path, io)));
}

async function replayInput(path: string, io: CliIo): Promise<ReplayInput> {
  if (path === '-') return { name: 'standard input', open: () => io.stdin };
  if (path.startsWith('s3://')) {
    throw new UsageError(
      `${path}: replay reads files; copy the objects first: aws s3 cp --recursive ${path} flow-logs/`,
    );
  }
  const found = await stat(path).catch((error: unknown) => {
    throw new CommandError(`${path} cannot be read: ${systemReason(error)}`);
  });
  if (!found.isFile())
    throw new CommandError(`${path} is not a file: name the files in it, for example ${path}/*.log.gz`);
  return { name: path, bytes: found.size, open: () => createReadStream(path, { highWaterMark: 256 * 1024 }) };
}

/**
 * The lines of one input. What goes wrong is said with the input's name.
 * @param onBytes told of each piece read, bytes as stored
 */
export async function* readInput(
  input: ReplayInput,
  format: FlowLogFormat | undefined,
  onBytes: (bytes: number) => void,
): AsyncGenerator<ParsedLine[]> {
  try {
    yield* readFlowLogText(counted(input.open(), onBytes), format);
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('FlowLog'))
      throw new CommandError(`${input.name}: ${error.message}`);
    if (error instanceof Error && 'syscall' in error)
      throw new CommandError(`${input.name} cannot be read: ${systemReason(error)}`);
    throw error;
  }
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}
