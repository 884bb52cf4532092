import { printable } from '../../lambda/address';
import { type Alternative, type Requirement, type VendorId, VENDORS } from '../../lambda/handset';
import { type ReadHandsetFile, readHandsetFile } from './read-settings';

/** What became of one requirement. */
export interface Finding {
  readonly what: string;
  readonly level: Requirement['level'];
  readonly status: 'met' | 'wrong' | 'missing';
  /** The setting found, or the one to add. */
  readonly key: string;
  /** Its value in the file. */
  readonly found?: string;
  /** What it should be. */
  readonly want: string;
  /** A condition, such as a firmware version. */
  readonly note?: string;
}

/** `good`: all that is required is there; `bad`: nothing of it. */
export type Verdict = 'good' | 'half-right' | 'bad';

/** What a file does against ghost calls. */
export interface HandsetReport {
  readonly vendor: VendorId;
  readonly account: number;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly caveats: readonly string[];
}

/** How a file is checked. */
export interface CheckOptions {
  /** @default - every account that the file sets up, or 1 */
  readonly account?: number;
  /** @default - by what the file looks like */
  readonly vendor?: VendorId;
}

/** Files that cannot be read as those of one phone. The message names the file and the remedy. */
export class HandsetFileError extends Error {
  override readonly name = 'HandsetFileError';
}

/**
 * Checks the provisioning files of one phone, in the order in which it reads them, for each account they set up.
 * @throws HandsetFileError where a file is of no vendor that we know, or they are of several
 */
export function checkHandsetFiles(
  files: readonly { readonly name: string; readonly text: string }[],
  options: CheckOptions = {},
): HandsetReport[] {
  const read = merged(files.map(({ name, text }) => ({ name, ...readOne(name, text, options) })));
  const accounts = options.account === undefined ? accountsIn(read) : [options.account];
  return accounts.map((account) => reportOf(read, account));
}

function readOne(name: string, text: string, { vendor }: CheckOptions): ReadHandsetFile {
  const read = readHandsetFile(text, vendor);
  if (read !== undefined) return read;
  // How `handset VENDOR` shows several on standard output.
  if (/^==> .* <==$/m.test(text)) {
    throw new HandsetFileError(
      `${printable(name)} holds several provisioning files after one another: write them with --output FOLDER, and check each`,
    );
  }
  throw new HandsetFileError(
    `${printable(name)} looks like no provisioning file of ${Object.keys(VENDORS).join(', ')}: name the vendor with --vendor, or check that it is not encrypted`,
  );
}

/** A later file's settings win over an earlier one's. */
function merged(files: readonly (ReadHandsetFile & { readonly name: string })[]): ReadHandsetFile {
  const [first] = files;
  if (first === undefined) throw new HandsetFileError('name the provisioning files of a phone');
  const other = files.find(({ vendor }) => vendor !== first.vendor);
  if (other === undefined) {
    return { vendor: first.vendor, settings: new Map(files.flatMap(({ settings }) => [...settings])) };
  }
  throw new HandsetFileError(
    `${printable(first.name)} is of ${first.vendor} and ${printable(other.name)} of ${other.vendor}: check one phone at a time`,
  );
}

function reportOf({ vendor, settings }: ReadHandsetFile, account: number): HandsetReport {
  const { requirements, caveats } = VENDORS[vendor];
  const findings = requirements(account).map((requirement) => findingOf(requirement, settings));
  return { vendor, account, verdict: verdictOf(findings), findings, caveats };
}

function verdictOf(findings: readonly Finding[]): Verdict {
  const required = findings.filter(({ level }) => level === 'required');
  const met = required.filter(({ status }) => status === 'met').length;
  if (met === required.length) return 'good';
  return met === 0 ? 'bad' : 'half-right';
}

/** The first alternative that is met, else the first that is set, else the first to add. */
function findingOf({ what, level, anyOf }: Requirement, settings: ReadonlyMap<string, string>): Finding {
  const met = anyOf.find(({ key, accepts }) => accepts(settings.get(key) ?? ''));
  const set = anyOf.find(({ key }) => settings.has(key));
  const chosen = met ?? set ?? anyOf[0];
  if (chosen === undefined) throw new RangeError(`the requirement "${what}" names no setting`);
  const found = settings.get(chosen.key);
  const status = met ? 'met' : set ? 'wrong' : 'missing';
  return { what, level, status, ...namesOf(chosen), ...(found !== undefined && { found }) };
}

function namesOf({ key, want, note }: Alternative): Pick<Finding, 'key' | 'want' | 'note'> {
  return { key, want, ...(note !== undefined && { note }) };
}

/** Where a vendor's files name the accounts that they set up. */
const ACCOUNT_KEYS: Readonly<Record<VendorId, RegExp>> = {
  yealink: /^account\.(\d+)\.(?:user_name|auth_name|sip_server\.1\.address|sip_server_host)$/,
  snom: /^user_(?:name|host)(\d+)$/,
  grandstream: /^P(35|404|504)$/,
  poly: /^reg\.(\d+)\.(?:address|server\.1\.address)$/,
  fanvil: /^sip\.line\.(\d+)\.RegisterAddr$/,
};
/** Of Grandstream's P-values for the SIP user ID. */
const GRANDSTREAM_ACCOUNTS: Readonly<Record<string, number>> = { 35: 1, 404: 2, 504: 3 };

/** Accounts with a user or a server, in order; a file without any is a common one and is checked for account 1. */
function accountsIn({ vendor, settings }: ReadHandsetFile): number[] {
  const named = [...settings].flatMap(([key, value]) => {
    const digits = value.trim() === '' ? undefined : ACCOUNT_KEYS[vendor].exec(key)?.[1];
    if (digits === undefined) return [];
    return [vendor === 'grandstream' ? (GRANDSTREAM_ACCOUNTS[digits] ?? 1) : Number(digits)];
  });
  const accounts = [...new Set(named)].sort((a, b) => a - b).slice(0, VENDORS[vendor].accounts);
  return accounts.length === 0 ? [1] : accounts;
}
