import { type Cidr, printable, tryParseCidr } from '../address';

/** How a feed is written. `auto` looks at the text. */
export type FeedFormat = 'auto' | 'plain' | 'csv' | 'json';

/** What a feed's text turned out to hold. */
export interface ParsedFeed {
  /** As written, in the feed's order, host bits masked; duplicates and all. */
  readonly cidrs: readonly Cidr[];
  /** Lines or values that are no address or CIDR, at most {@link MAX_SHOWN} of them, made safe to print. */
  readonly rejected: readonly string[];
  /** How many there were. */
  readonly rejectedCount: number;
  /** How many entries the feed says it has, where it says so. */
  readonly declared?: number;
  /** When the feed says it was made, epoch seconds. */
  readonly listedAt?: number;
  /** Why the text cannot be whole, where it shows. */
  readonly truncated?: string;
}

/** Rejected values that are kept to be shown. */
export const MAX_SHOWN = 5;

/**
 * Reads the text of a feed. Whatever is no address or CIDR is rejected and counted, never guessed at: `010.0.0.1`, a
 * range with a hyphen, a name.
 */
export function parseFeedText(text: string, format: FeedFormat): ParsedFeed {
  const body = text.replace(/^\uFEFF/, '');
  const found = new Found();
  const chosen = format === 'auto' ? recognise(body) : format;
  if (chosen === 'json') readJson(body, found);
  else if (chosen === 'csv') readCsv(body, found);
  else readPlain(body, found);
  return found.parsed();
}

function recognise(text: string): Exclude<FeedFormat, 'auto'> {
  if (/^\s*[[{]/.test(text)) return 'json';
  const line = text.split('\n').find((each) => each.trim() !== '' && !/^\s*[#;]/.test(each)) ?? '';
  // Spamhaus writes `192.0.2.0/24 ; SBL000001`: after an address, a semicolon begins a comment.
  const isTable = /[,\t]/.test(line) || (line.includes(';') && !/^\s*[\d.:a-f/]+\s*;/i.test(line));
  return isTable ? 'csv' : 'plain';
}

/** Collects what is found on the way through a text. */
class Found {
  readonly #cidrs: Cidr[] = [];
  readonly #rejected: string[] = [];
  #rejectedCount = 0;
  #about: { declared?: number; listedAt?: number; truncated?: string } = {};

  entry(text: string): void {
    // Host bits are masked: feeds write 198.51.100.7/24 for the block, and a block is what a /24 means.
    const cidr = tryParseCidr(text, { hostBits: 'mask' });
    if (cidr !== undefined) this.#cidrs.push(cidr);
    else this.reject(text);
  }

  reject(text: string): void {
    this.#rejectedCount += 1;
    if (this.#rejected.length < MAX_SHOWN) this.#rejected.push(printable(text));
  }

  about(facts: { declared?: number; listedAt?: number; truncated?: string }): void {
    this.#about = { ...this.#about, ...facts };
  }

  parsed(): ParsedFeed {
    return {
      cidrs: this.#cidrs,
      rejected: this.#rejected,
      rejectedCount: this.#rejectedCount,
      ...this.#about,
    };
  }
}

/**
 * One entry a line, comments after `#` or `;`: blocklist.de, VoIPBL, Spamhaus DROP as text. A last line without an end
 * may have been cut, and `198.51.100.1` cut from `198.51.100.17` is somebody else: it is not taken.
 */
function readPlain(text: string, found: Found): void {
  const lines = wholeLines(text, found);
  for (const line of lines) {
    const comment = /^\s*[#;](.*)$/.exec(line)?.[1];
    if (comment !== undefined) readComment(comment, found);
    else {
      const entry = line.replace(/[#;].*/, '').trim();
      if (entry !== '') found.entry(entry);
    }
  }
}

/** The lines that have an end; a lone line is taken as it is. */
function wholeLines(text: string, found: Found): string[] {
  const lines = text.split(/\r?\n/);
  const last = lines.pop() ?? '';
  if (lines.length === 0) return [last];
  if (last.trim() !== '') found.reject(last);
  return lines;
}

/** `Last-Modified: Fri, 20 Nov 2026 10:00:00 GMT` (Spamhaus), `Number of entries: 1234` and the like. */
function readComment(comment: string, found: Found): void {
  const modified = /^\s*(?:last[- ]modified|generated|updated|date)\s*:\s*(.+)$/i.exec(comment)?.[1];
  if (modified !== undefined) found.about(timeOf(modified));
  const declared = /\b(?:entries|records|number of (?:ips|entries|addresses))\s*:\s*(\d{1,7})\s*$/i.exec(
    comment,
  )?.[1];
  if (declared !== undefined) found.about({ declared: Number(declared) });
}

function timeOf(text: string): { listedAt?: number } {
  const ms = Date.parse(text.trim());
  return Number.isNaN(ms) ? {} : { listedAt: Math.floor(ms / 1000) };
}

/** Columns that hold the address, by the names in use. */
const COLUMN =
  /^(?:ip|ips|cidr|address|ipaddress|ip[ _]address|ip_addr|network|subnet|prefix|source|src|src_ip|host|ioc_value|indicator)$/i;

/** Comma, semicolon or tab; a header names the column, without one it is the first. Quotes as in RFC 4180. */
function readCsv(text: string, found: Found): void {
  const rows = wholeLines(text, found).filter(
    (line) => line.trim() !== '' && !line.trimStart().startsWith('#'),
  );
  const separator = /[\t;]/.exec(rows[0] ?? '')?.[0] ?? ',';
  const header = cells(rows[0] ?? '', separator);
  const column = header.findIndex((name) => COLUMN.test(name));
  for (const row of column < 0 ? rows : rows.slice(1))
    found.entry(cells(row, separator)[Math.max(0, column)] ?? '');
}

function cells(row: string, separator: string): string[] {
  const pattern = new RegExp(`(?:^|${separator})(?:"((?:[^"]|"")*)"|([^${separator}]*))`, 'g');
  return [...row.matchAll(pattern)].map((match) =>
    (match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim(),
  );
}

/**
 * One document, or one a line (Spamhaus DROP: `{"cidr": …}` lines and a last line of metadata). Strings and the values
 * of address-like keys are entries, however deep: APIBAN's `{"ipaddress": […], "ID": …}` and others alike.
 */
function readJson(text: string, found: Found): void {
  const whole = tryJson(text);
  if (whole !== undefined) {
    walk(whole, found);
    return;
  }
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const value = tryJson(line);
    if (value === undefined) {
      found.about({ truncated: `it is no JSON at "${printable(line.slice(0, 40))}"` });
      return;
    }
    walk(value, found);
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function walk(value: unknown, found: Found): void {
  if (typeof value === 'string') {
    found.entry(value);
    return;
  }
  if (Array.isArray(value)) {
    for (const each of value) walk(each, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Readonly<Record<string, unknown>>;
  if (fields['type'] === 'metadata') {
    readMetadata(fields, found);
    return;
  }
  for (const [name, inner] of Object.entries(fields)) {
    if (COLUMN.test(name) || typeof inner === 'object') walk(inner, found);
  }
}

/** The last line of Spamhaus's JSON lists: `{"type":"metadata","timestamp":…,"records":…}`. */
function readMetadata(fields: Readonly<Record<string, unknown>>, found: Found): void {
  const { timestamp, records } = fields;
  found.about({
    ...(typeof timestamp === 'number' && { listedAt: timestamp }),
    ...(typeof records === 'number' && { declared: records }),
  });
}
