import { createReadStream } from 'node:fs';
import type { CliIo } from './cli-io';
import { CommandError, UsageError } from './errors';
import { systemReason } from './system-reason';

/**
 * The whole text of a file, or of standard input for `-`.
 * @param longest most bytes; a longer input is an error, not cut
 * @throws CommandError naming the file and what is wrong, UsageError where `-` is a terminal at which nobody types
 */
export async function readAll(file: string, longest: number, io: CliIo): Promise<string> {
  if (file === '-' && 'isTTY' in io.stdin && io.stdin.isTTY === true) {
    throw new UsageError('standard input is a terminal: name a file, or pipe the text in');
  }
  const stream = file === '-' ? io.stdin : createReadStream(file);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer | string>) {
      const buffer = Buffer.from(chunk as string);
      bytes += buffer.length;
      if (bytes > longest) break;
      chunks.push(buffer);
    }
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${systemReason(error)}`);
  }
  if (bytes > longest)
    throw new CommandError(`${file} has more than ${longest} bytes: is it the right file?`);
  return Buffer.concat(chunks).toString('utf8');
}
