import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  handsetFiles,
  type HandsetFile,
  type HandsetOptions,
  type VendorId,
  VENDORS,
} from '../../../lambda/handset';
import { checkHandsetFiles } from '../../handset/check';
import { LONGEST_FILE_BYTES } from '../../handset/read-settings';
import type { CliIo } from '../support/cli-io';
import { CommandError, UsageError } from '../support/errors';
import { readAll } from '../support/read-all';
import { systemReason } from '../support/system-reason';
import { reportText } from './text';

/** Flags of `handset VENDOR`, as given. */
export interface HandsetFlags {
  readonly account: string;
  readonly sipPort?: string;
  readonly firmwareUrl?: string;
  readonly proxy?: string;
  readonly mac?: string;
  readonly output?: string;
  readonly json?: true;
}

/** Flags of `handset check`, as given. */
export interface CheckFlags {
  readonly vendor?: VendorId;
  readonly account?: string;
  readonly json?: true;
}

/** Writes the files of one vendor. @throws HandsetError (exit code 2) or CommandError (1) */
export async function runHandset(vendor: VendorId, flags: HandsetFlags, io: CliIo): Promise<void> {
  const { caveats, sources, name } = VENDORS[vendor];
  const files = handsetFiles(vendor, optionsOf(flags));
  if (flags.output !== undefined) await writeFiles(flags.output, files);
  if (flags.json === true) io.stdout.write(`${JSON.stringify({ vendor, files, caveats, sources })}\n`);
  else if (flags.output === undefined) io.stdout.write(joined(files));
  const written =
    flags.output === undefined ? [] : files.map((file) => `wrote ${join(flags.output ?? '', file.name)}`);
  const notes = [
    ...written,
    ...caveats.map((caveat) => `note: ${caveat}`),
    `sources for ${name}: docs/handsets.md`,
  ];
  io.stderr.write(`${notes.join('\n')}\n`);
}

function optionsOf({ account, sipPort, firmwareUrl, proxy, mac }: HandsetFlags): HandsetOptions {
  return {
    account: wholeNumber('--account', account),
    ...(sipPort !== undefined && { sipPort: wholeNumber('--sip-port', sipPort) }),
    ...(firmwareUrl !== undefined && { firmwareUrl }),
    ...(proxy !== undefined && { proxy }),
    ...(mac !== undefined && { mac }),
  };
}

function wholeNumber(flag: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError(`${flag} ${text}: write a whole number`);
}

/** One file as it is; several as `head` shows them, because a phone's file must begin with its own first line. */
function joined(files: readonly HandsetFile[]): string {
  const [only] = files;
  if (files.length === 1 && only !== undefined) return only.content;
  return files.map(({ name, content }) => `==> ${name} <==\n${content}`).join('\n');
}

async function writeFiles(folder: string, files: readonly HandsetFile[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    // With --mac a password may come in later by hand: nobody else on this machine needs to read it.
    for (const { name, content } of files) await writeFile(join(folder, name), content, { mode: 0o640 });
  } catch (error) {
    throw new CommandError(`--output ${folder} cannot be written: ${systemReason(error)}`);
  }
}

/**
 * Checks the files of one phone. @throws HandsetFileError or CommandError (exit code 1) where they cannot be read, or
 * where they lack something: that after the report
 */
export async function runHandsetCheck(names: readonly string[], flags: CheckFlags, io: CliIo): Promise<void> {
  const files = [];
  for (const name of names) files.push({ name, text: await readAll(name, LONGEST_FILE_BYTES, io) });
  const reports = checkHandsetFiles(files, {
    ...(flags.vendor && { vendor: flags.vendor }),
    ...(flags.account !== undefined && { account: accountOf(flags.account) }),
  });
  const title = names.join(' + ');
  io.stdout.write(
    flags.json === true ? `${JSON.stringify({ files: names, reports })}\n` : reportText(title, reports, io),
  );
  if (reports.some(({ verdict }) => verdict !== 'good')) {
    throw new CommandError(`${title}: not all that stops ghost calls is there`);
  }
}

function accountOf(text: string): number {
  const account = wholeNumber('--account', text);
  if (account >= 1) return account;
  throw new UsageError('--account 0: accounts are counted from 1');
}
