import { DAY, HOUR, MINUTE } from '../policy';
import { MAX_REMEMBERED, type SourceState, type Touch, TOUCH_SECONDS } from '../source-state';
import type { WindowContext } from '../window-context';
import type { Threshold } from './rule';

/** Evidence that makes a probe by itself, as the default policy counts. */
export const DECISIVE = 10;
/** Evidence that makes a probe together with another of its kind. */
export const SUPPORTING = 5;
/** Evidence that only adds to others. */
export const SLIGHT = 3;

/** More than any flow record can hold. */
export const MANY = 1_000_000;

/** How many points a finding adds to the score. */
export function points(value: number, about: string): Threshold {
  return { default: value, least: 0, most: 1000, unit: 'points', about, fraction: true };
}

/** How long a rule looks back, at most as long as touches are remembered. */
export function lookBack(value: number, about: string, most: number = TOUCH_SECONDS): Threshold {
  return { default: value, least: 60, most, unit: 'seconds', about };
}

/** A number of things that are remembered one by one: a rule that needs more could never find anything. */
export function remembered(value: number, unit: string, about: string): Threshold {
  return { default: value, least: 1, most: MAX_REMEMBERED, unit, about };
}

/** `1 h`, `24 h`, `10 min`: how long, for a sentence. */
export function span(seconds: number): string {
  return seconds >= HOUR || seconds % 60 !== 0
    ? `${Math.round((10 * seconds) / HOUR) / 10} h`
    : `${seconds / 60} min`;
}

/**
 * The touches of the last `seconds` that are special in this way, where the window at hand made one of them; none
 * otherwise: a rule tells of news only.
 * @param special one of {@link TOUCH}
 */
export function specialTouches(
  { touches }: Pick<SourceState, 'touches'>,
  special: number,
  { windowEnd }: Pick<WindowContext, 'windowEnd'>,
  seconds: number,
): readonly Touch[] {
  const isNews = ([, , last, , bits]: Touch) => last === windowEnd && (bits & special) > 0;
  // Most sources touch nothing, and rules are asked about every source of every window.
  if (touches.length === 0 || !touches.some(isNews)) return [];
  return touches.filter(([, , last, , bits]) => (bits & special) > 0 && last > windowEnd - seconds);
}

/** Whether the window at hand made one of the touches. */
export function isTouching(
  { touches }: Pick<SourceState, 'touches'>,
  { windowEnd }: Pick<WindowContext, 'windowEnd'>,
): boolean {
  return touches.length > 0 && touches.some(([, , last]) => last === windowEnd);
}

export { DAY, HOUR, MINUTE };
