import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, launch } from 'puppeteer-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Starts the browser that CHROME_PATH names, or the first one on the PATH. @throws Error where there is none */
export async function startChromium(): Promise<Browser> {
  const executablePath = process.env['CHROME_PATH'] ?? onPath();
  if (executablePath === undefined) {
    throw new Error(`none of ${NAMES.join(', ')} is on the PATH: install one, or set CHROME_PATH`);
  }
  const asRoot = process.getuid?.() === 0;
  return launch({
    executablePath,
    // A container has little shared memory, and root no sandbox.
    args: ['--disable-dev-shm-usage', '--disable-gpu', ...(asRoot ? ['--no-sandbox'] : [])],
  });
}

function onPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
