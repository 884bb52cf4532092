import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandError } from './errors';
import { systemReason } from './system-reason';

/**
 * Finds out whether a file can be written before the work that goes into it is done. Touches nothing.
 * @throws CommandError naming the flag, the path and the remedy
 */
export async function checkOutputFile(flag: string, path: string): Promise<void> {
  const folder = dirname(path);
  const found = await stat(folder).catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = missing ? 'there is no such folder, create it first' : systemReason(error);
    throw new CommandError(`${flag} ${path} cannot be written: ${folder}: ${reason}`);
  });
  if (!found.isDirectory())
    throw new CommandError(`${flag} ${path} cannot be written: ${folder} is not a folder`);
  const isFolder = await stat(path).then(
    (there) => there.isDirectory(),
    () => false,
  );
  if (isFolder) throw new CommandError(`${flag} ${path} is a folder: name a file, like ${path}/report.html`);
}

/**
 * Writes a file so that whoever reads it meanwhile sees the old text or the new one, never a part.
 * @throws CommandError naming the flag, the path and the reason; the old file is left as it was
 */
export async function replaceFile(flag: string, path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw new CommandError(`${flag} ${path} cannot be written: ${systemReason(error)}`);
  }
}
