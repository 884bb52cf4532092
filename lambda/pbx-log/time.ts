const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const SYSLOG = /^([A-Z][a-z]{2}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2})/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,]\d+)?(Z|[+-]\d{2}:?\d{2})?$/;
const DAY = 86_400;

/** What a time in a log leaves out. */
export interface TimeContext {
  /** No time is later than this, epoch seconds: says the year where the log does not. */
  readonly notAfter: number;
  /** Seconds that the log's clock is ahead of UTC, where the log does not say it. */
  readonly offsetSeconds: number;
}

/** The time as epoch seconds, or undefined where the text is none. */
export function parseLogTime(text: string, context: TimeContext): number | undefined {
  return isoTime(text, context) ?? syslogTime(text, context);
}

function isoTime(text: string, { offsetSeconds }: TimeContext): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const local = utc(year, month, day, hour, minute, second);
  return local === undefined ? undefined : local - (zoneOf(match[7]) ?? offsetSeconds);
}

/** A day is tolerated beyond `notAfter`: clocks differ, and a log that begins in the future is last year's. */
function syslogTime(text: string, { notAfter, offsetSeconds }: TimeContext): number | undefined {
  const match = SYSLOG.exec(text);
  if (match === null) return undefined;
  const month = MONTHS.indexOf(match[1] ?? '') + 1;
  const [day, hour, minute, second] = match.slice(2, 6).map(Number);
  const latest = new Date((notAfter + DAY) * 1000).getUTCFullYear();
  for (const year of [latest, latest - 1, latest - 2, latest - 3, latest - 4]) {
    const local = utc(year, month, day, hour, minute, second);
    if (local !== undefined && local - offsetSeconds <= notAfter + DAY) return local - offsetSeconds;
  }
  return undefined;
}

function zoneOf(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  if (zone === 'Z') return 0;
  const digits = zone.replace(':', '');
  const seconds = 3600 * Number(digits.slice(1, 3)) + 60 * Number(digits.slice(3, 5));
  return digits.startsWith('-') ? -seconds : seconds;
}

/** Epoch seconds of a date of the calendar; undefined for 30 February. A leap second is the one after. */
function utc(year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0): number | undefined {
  const at = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  const date = new Date(at * 1000);
  const isReal = date.getUTCMonth() === month - 1 && hour < 24 && minute < 60 && second <= 60;
  return isReal ? at : undefined;
}
