import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the seeds and what was found are kept, a folder a target. Inputs are bytes, so each file holds base64. */
export const CORPUS = join('test', 'data', 'fuzz');

/** The kept inputs of a target, by file name. */
export function readCorpus(root: string, target: string): Map<string, Buffer> {
  const folder = join(root, CORPUS, target);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return new Map(
    names.map((name) => [name, Buffer.from(readFileSync(join(folder, name), 'utf8'), 'base64')]),
  );
}

/** Keeps an input under the digest of its bytes. @returns the file's name */
export function keep(root: string, target: string, input: Buffer, kind: 'found' | 'seed'): string {
  const folder = join(root, CORPUS, target);
  mkdirSync(folder, { recursive: true });
  const name = `${kind}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}.b64`;
  writeFileSync(join(folder, name), `${input.toString('base64')}\n`);
  return name;
}
