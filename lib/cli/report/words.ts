import { formatDuration } from '../../../lambda/blacklist/duration';
import { html, type Html } from './html';

/** What sums of weights may be off by. */
const ROUNDING = 1e-9;

const NUMBER = new Intl.NumberFormat('en-US');

/** `14,550`. */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** `1 ban`, `2,000 bans`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

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

/** `42 s`, `3 min 20 s`, `5 h 12 min`, `3 d 4 h`: two units at most, for times that were measured. */
export function spanText(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const at = units.findIndex(([size]) => seconds >= size);
  const [size, unit] = units[at] ?? [1, 's'];
  const whole = Math.floor(seconds / size);
  const [nextSize, nextUnit] = units[at + 1] ?? [0, ''];
  const rest = nextSize === 0 || at < 0 ? 0 : Math.floor((seconds - whole * size) / nextSize);
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${nextUnit}`;
}

/** A duration as configuration writes it, `4h`; one that was cut short as {@link spanText}. */
export function durationText(seconds: number): string {
  const text = seconds >= 1 ? formatDuration(seconds) : '0s';
  return text.length <= 3 ? text : spanText(seconds);
}

/** Epoch seconds as `2025-11-25 00:03:20` in UTC. */
export function utc(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Epoch seconds as a `<time>` to the second. */
export function timeElement(seconds: number): Html {
  return html`<time datetime="${new Date(seconds * 1000).toISOString()}">${utc(seconds)}</time>`;
}

/** The middle one of the values, the lower of two; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
