/** One line of the plot. */
export interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const WIDTH = 640;
const HEIGHT = 360;
const LEFT = 48;
const RIGHT = 180;
const TOP = 24;
const BOTTOM = 44;
const COLOURS = ['#999999', '#4477aa', '#228833', '#cc3311', '#aa7700'];

/** A small line chart: blocked share (%) over slots. Readable on light and dark pages alike. */
export function plot(lines: readonly Line[]): string {
  const xs = lines.flatMap((line) => line.points.map((point) => point.x));
  const highest =
    Math.ceil(Math.max(...lines.flatMap((line) => line.points.map((point) => point.y))) / 10) * 10;
  const x = (value: number) => Math.round(LEFT + ((WIDTH - LEFT - RIGHT) * value) / Math.max(...xs));
  const y = (value: number) => Math.round(HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / highest);
  const steps = Array.from({ length: highest / 10 + 1 }, (_, i) => 10 * i);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    ...steps.flatMap((step) => [
      `<path d="M${LEFT} ${y(step)}H${WIDTH - RIGHT}" stroke="#dddddd"/>`,
      `<text x="${LEFT - 6}" y="${y(step) + 4}" text-anchor="end">${step} %</text>`,
    ]),
    ...[...new Set(xs)].map(
      (slots) => `<text x="${x(slots)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${slots}</text>`,
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">deny entries (K)</text>`,
    `<text x="${LEFT}" y="14">probe packets of the next hour that are blocked</text>`,
    ...labelled(lines, x, y),
    '</svg>\n',
  ].join('\n');
}

function labelled(lines: readonly Line[], x: (v: number) => number, y: (v: number) => number): string[] {
  const end = (line: Line): number => line.points.at(-1)?.y ?? 0;
  let above = HEIGHT;
  return lines
    .toSorted((a, b) => end(a) - end(b))
    .flatMap((line, i) => {
      const colour = COLOURS[i % COLOURS.length] ?? 'black';
      const path = line.points
        .map((point, n) => `${n === 0 ? 'M' : 'L'}${x(point.x)} ${y(point.y)}`)
        .join('');
      // Labels climb with the lines, at least a line of text apart.
      above = Math.min(above - 14, y(end(line)) + 4);
      return [
        `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...line.points.map(
          (point) => `<circle cx="${x(point.x)}" cy="${y(point.y)}" r="3" fill="${colour}"/>`,
        ),
        `<text x="${WIDTH - RIGHT + 8}" y="${above}" fill="${colour}">${line.name}</text>`,
      ];
    });
}
