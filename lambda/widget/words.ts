const NUMBER = new Intl.NumberFormat('en-US');

/** `14,550`. */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** `1 ban`, `2,000 bans`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
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

/** Epoch seconds as `2025-11-25 00:03:20` in UTC. */
export function utc(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
