/** A line without what logs put in front of it. */
export interface Envelope {
  /** The time as it is written, where there is one. */
  readonly time?: string;
  /** What the PBX says. */
  readonly body: string;
}

/**
 * Longest line that is read, characters. A line that was cut off somewhere could end where an attacker's text does:
 * syslog cuts at 1,024 bytes (RFC 3164 section 4.1), everything else later.
 */
export const LONGEST_LINE = 1000;

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const CLOCK = String.raw`\d{2}:\d{2}:\d{2}(?:[.,]\d{1,6})?`;
/** `Nov 25 23:01:22` (RFC 3164), `2026-11-25 23:01:22.123`, `2026-11-25T23:01:22.123456+00:00` (RFC 3339). */
const TIME = String.raw`${MONTH} [ \d]\d ${CLOCK}|\d{4}-\d{2}-\d{2}[T ]${CLOCK}(?:Z|[+-]\d{2}:?\d{2})?`;

/** What syslog puts first: time, host, program and process. */
const SYSLOG = new RegExp(String.raw`^(${TIME}) [\w.:-]{1,255} [\w./-]{1,64}(?:\[\d{1,10}\])?: ?`);
/** Asterisk's own time, in brackets. */
const BRACKETED = new RegExp(String.raw`^\[(${TIME})\] ?`);
/** A time alone, as FreeSWITCH writes it; before it, maybe the id of a call. */
const BARE = new RegExp(
  String.raw`^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12} )?(${TIME}) (?:\d{1,3}\.\d{1,2}% )?`,
);
/** Kamailio on standard error: number and id of the process. */
const PROCESS = /^[ \d]\d?\(\d{1,10}\) /;

/** Takes off what syslog and the PBX's own logger write in front: none of it can be chosen from outside. */
export function openEnvelope(line: string): Envelope {
  const syslog = SYSLOG.exec(line);
  const rest = syslog === null ? line : line.slice(syslog[0].length);
  const own = BRACKETED.exec(rest) ?? BARE.exec(rest) ?? PROCESS.exec(rest);
  const time = own?.[1] ?? syslog?.[1];
  return { body: own === null ? rest : rest.slice(own[0].length), ...(time !== undefined && { time }) };
}

/** Whether a line is short enough to be whole, and holds nothing but printable characters. */
export function isLegible(line: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return line.length <= LONGEST_LINE && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(line);
}
