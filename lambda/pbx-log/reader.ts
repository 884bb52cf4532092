import { parseAsteriskMessage } from './asterisk-messages';
import { parseAsteriskSecurity } from './asterisk-security';
import { isLegible, openEnvelope } from './envelope';
import type { PbxEvent, PbxLineParser } from './event';
import { parseFreeswitch } from './freeswitch';
import { parseKamailio } from './kamailio';

/**
 * Whose log it is. Asterisk has two that say the same thing in different words: a log that holds both is read as one of
 * them, or each failure would count twice.
 */
export const PBX_DIALECTS = ['asterisk', 'asterisk-messages', 'freeswitch', 'kamailio'] as const;
/** One of them. */
export type PbxDialect = (typeof PBX_DIALECTS)[number];

/** Calls to numbers that do not exist are in Asterisk's messages log only. */
const PARSERS: Readonly<Record<PbxDialect, PbxLineParser>> = {
  asterisk: (body) => parseAsteriskSecurity(body) ?? onlyCalls(body),
  'asterisk-messages': parseAsteriskMessage,
  freeswitch: parseFreeswitch,
  kamailio: parseKamailio,
};

function onlyCalls(body: string) {
  const parsed = parseAsteriskMessage(body);
  if (parsed === undefined || parsed === 'unsafe') return body.includes(': Call from ') ? parsed : undefined;
  return parsed.kind === 'call' ? parsed : undefined;
}

/** What became of the lines of a log. */
export interface PbxLineCounts {
  /** All of them. */
  read: number;
  /** Those that say something of a source. */
  used: number;
  /** Those about a source that cannot be read without doubt: dropped. */
  unsafe: number;
  /** Those that are too long or hold control characters: dropped unread. */
  illegible: number;
}

/** One line that says something of a source, with the time in front of it where there is one. */
export interface PbxLine {
  readonly event: PbxEvent;
  readonly time?: string;
}

/** Reads the lines of one log. */
export class PbxLogReader {
  readonly counts: PbxLineCounts = { read: 0, used: 0, unsafe: 0, illegible: 0 };
  readonly #parse: PbxLineParser;

  constructor(dialect: PbxDialect) {
    this.#parse = PARSERS[dialect];
  }

  /** @returns what the line says of a source; undefined where it says nothing, or nothing that can be relied on */
  read(line: string): PbxLine | undefined {
    const text = line.replace(/[\r\n]+$/, '').trimEnd();
    this.counts.read += 1;
    if (!isLegible(text)) {
      this.counts.illegible += 1;
      return undefined;
    }
    const { body, time } = openEnvelope(text);
    const event = this.#parse(body);
    if (event === 'unsafe') this.counts.unsafe += 1;
    if (event === undefined || event === 'unsafe') return undefined;
    this.counts.used += 1;
    return { event, ...(time !== undefined && { time }) };
  }
}
