/** Seconds in each unit a duration may be written in. */
const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

type Unit = keyof typeof UNIT_SECONDS;

/** Coarsest first, for {@link formatDuration}; weeks are read but not written, days say it better. */
const COARSE_UNITS: readonly Unit[] = ['d', 'h', 'm'];

/** One whole number and one unit; at most six digits, so that no sum of times ever leaves the safe integers. */
const DURATION = /^([1-9]\d{0,5})([smhdw])$/;

/** Text that is not a duration. The message names the value, the form and what to write instead. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
  constructor(readonly text: string) {
    super(
      `${JSON.stringify(text).slice(0, 80)} is not a duration: write a whole number from 1 to 999999 and one unit ` +
        'without a space, s (seconds), m (minutes), h (hours), d (days) or w (weeks), for example 15m, 1h or 30d',
    );
  }
}

/**
 * Parses `45s`, `15m`, `1h`, `30d` or `2w`, and nothing else.
 * @returns seconds
 * @throws DurationError naming the value, the form and the remedy
 */
export function parseDuration(text: string): number {
  const match = DURATION.exec(text);
  if (match === null) throw new DurationError(text);
  return Number(match[1]) * UNIT_SECONDS[match[2] as Unit];
}

/** Text of a whole number of seconds ≥ 1 in the coarsest unit that divides it: 3600 is `1h`, 5400 is `90m`. */
export function formatDuration(seconds: number): string {
  const unit = COARSE_UNITS.find((candidate) => seconds % UNIT_SECONDS[candidate] === 0) ?? 's';
  return `${seconds / UNIT_SECONDS[unit]}${unit}`;
}
