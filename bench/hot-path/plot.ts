/** Draws the ratios of a result of `npm run bench`: `node bench/run.mjs hot-path/plot results.json docs/performance.svg`. */
import { readFileSync, writeFileSync } from 'node:fs';

interface Results {
  readonly results: Readonly<Record<string, readonly { readonly name: string; readonly cpuMs: number }[]>>;
}

const WIDTH = 680;
const LEFT = 250;
const BAR = 18;
const GAP = 8;
const TOP = 34;

function bars(section: Results['results'][string]): string {
  const [baseline] = section;
  const ratios = section.map(({ name, cpuMs }) => ({ name, ratio: cpuMs / (baseline?.cpuMs ?? NaN) }));
  const widest = Math.max(...ratios.map(({ ratio }) => ratio));
  const width = (ratio: number) => Math.round(((WIDTH - LEFT - 60) * ratio) / widest);
  const height = TOP + ratios.length * (BAR + GAP) + 10;
  const rows = ratios.map(({ name, ratio }, i) => {
    const y = TOP + i * (BAR + GAP);
    const colour = i === 0 ? '#999999' : name.startsWith('ours') ? '#228833' : '#4477aa';
    return [
      `<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${name.replace(', process included', '')}</text>`,
      `<rect x="${LEFT}" y="${y}" width="${width(ratio)}" height="${BAR}" fill="${colour}"/>`,
      `<text x="${LEFT + width(ratio) + 6}" y="${y + 13}">${ratio.toFixed(2)} ×</text>`,
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="${LEFT}" y="18">processor time, over inflating the log alone</text>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

const [from = '', to = ''] = process.argv.slice(2);
const text = readFileSync(from, 'utf8');
const { results } = JSON.parse(text.slice(text.indexOf('\n{\n') + 1)) as Results;
writeFileSync(to, bars(results['v2'] ?? []));
