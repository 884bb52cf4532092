import { formatDuration } from '../../../lambda/blacklist/duration';
import { count, counted, spanText, utc } from '../../../lambda/widget/words';
import { html, type Html } from '../../../lambda/widget/html';

export { count, counted, spanText, utc };

/** What sums of weights may be off by. */
const ROUNDING = 1e-9;

/** `97.3 %`; never rounded up to all or down to nothing. */
export function percent(share: number): string {
  if (share <= 0) return '0 %';
  if (share > 1 - ROUNDING) return '100 %';
  if (share < 0.001) return '< 0.1 %';
  return `${Math.min(share * 100, 99.9).toFixed(1)} %`;
}

/** A weight to three places worth reading. */
export function weightText(weight: number): string {
  return weight >= 100 ? count(Math.round(weight)) : weight.toFixed(1);
}

/** A duration as configuration writes it, `4h`; one that was cut short as {@link spanText}. */
export function durationText(seconds: number): string {
  const text = seconds >= 1 ? formatDuration(seconds) : '0s';
  return text.length <= 3 ? text : spanText(seconds);
}

/** Epoch seconds as a `<time>` to the second. */
export function timeElement(seconds: number): Html {
  return html`<time datetime="${new Date(seconds * 1000).toISOString()}">${utc(seconds)}</time>`;
}

/** The middle one of the values, the lower of two; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
