import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this package, wherever its compiled code runs from. @throws Error where there is none above */
export function projectRoot(from: string = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && nameOf(manifest) === 'ringfence') return folder;
    if (dirname(folder) === folder)
      throw new Error(`no package.json of ringfence above ${from}: is the installation complete?`);
  }
}

function nameOf(manifest: string): unknown {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown }).name;
}
