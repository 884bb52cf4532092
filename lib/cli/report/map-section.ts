import {
  type Cidr,
  cidrOf,
  formatCidr,
  ipv4ToNumber,
  numberToIpv4,
  tryParseCidr,
} from '../../../lambda/address';
import { addressCode } from './addresses';
import {
  type AddressMap,
  addressMaps,
  MAP_SIDE,
  type MapCell,
  type MapPoint,
  type MapSquare,
} from './address-map';
import { hilbertCell } from './hilbert';
import { html, type Html, NOTHING } from '../../../lambda/widget/html';
import type { ReportModel } from './model';
import { cell, table } from './table';
import { count, counted } from './words';

/** Units of the drawing along a side of a cell. */
const CELL = 10;
const SIDE = MAP_SIDE * CELL;
/** Prefixes that carry their name, along a side. */
const NAMED = 4;
/** Networks in the list beside the map. */
const MOST_NETWORKS = 12;

interface Seen {
  readonly source: string;
  readonly kind: MapPoint['kind'];
}

/** Where the sources are: the address space as a map, and the networks that hold most of them. */
export function mapSection(model: ReportModel): Html {
  const seen = [
    ...model.banned.map(({ source }): Seen => ({ source, kind: 'banned' })),
    ...model.input.result.suspects.map(({ source }): Seen => ({ source, kind: 'suspect' })),
    ...(model.input.result.legitimate ?? []).map(({ cidr }): Seen => ({
      source: networkText(cidr),
      kind: 'legitimate',
    })),
  ];
  if (seen.length === 0) return NOTHING;
  const points = seen
    .map(({ source, kind }): MapPoint => ({ address: ipv4ToNumber(source), kind }))
    .filter(({ address }) => address >= 0);
  const maps = addressMaps(points, model.input.setup.judge.allowlist.cidrs());
  return html`<section id="map" aria-labelledby="map-title">
    <h2 id="map-title">Where they are</h2>
    ${
      maps.length === 1
        ? html`<div class="pair">
            ${mapFigures(maps)}
            <div>${networks(seen)}</div>
          </div>`
        : html`${mapFigures(maps)} ${networks(seen)}`
    }
  </section>`;
}

function mapFigures(maps: readonly AddressMap[]): Html {
  if (maps.length === 0) return NOTHING;
  return html`<div>
    <div class="pair">${maps.map(mapFigure)}</div>
    <p class="key">
      <i class="swatch banned"></i> banned <i class="swatch suspect"></i> suspect
      <i class="swatch legitimate"></i> known caller <i class="swatch safe"></i> never denied (yours,
      provider, allowlist). Stronger: more sources.
    </p>
  </div>`;
}

function mapFigure(map: AddressMap, index: number): Html {
  const prefix = prefixText(map.first, map.prefixLength);
  const banned = map.cells.reduce((sum, cell) => sum + cell.banned, 0);
  const suspect = map.cells.reduce((sum, cell) => sum + cell.suspect, 0);
  const legitimate = map.cells.reduce((sum, cell) => sum + cell.legitimate, 0);
  const id = `map-${index}`;
  const cellPrefix = `/${map.cells[0]?.prefixLength ?? 32}`;
  return html`<figure class="map">
    <figcaption>${index === 0 ? 'All of' : 'Closer:'} ${prefix}, one cell for each ${cellPrefix}</figcaption>
    <svg role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${SIDE} ${SIDE}">
      <title id="${id}-title">Map of ${prefix}</title>
      <desc id="${id}-desc">
        Hilbert map in which neighbouring networks touch. ${counted(banned, 'banned source')},
        ${counted(suspect, 'suspect')} and ${counted(legitimate, 'known caller')} in
        ${counted(map.cells.length, 'cell')}. The table of networks has the numbers.
      </desc>
      <rect width="${SIDE}" height="${SIDE}" class="ground" />
      ${map.safe.map(safeSquare)}${map.cells.map(cellSquare)}${gridNames(map)}
    </svg>
  </figure>`;
}

function safeSquare({ x, y, side }: MapSquare): Html {
  return html`<rect
    x="${x * CELL}"
    y="${y * CELL}"
    width="${side * CELL}"
    height="${side * CELL}"
    class="safe"
  />`;
}

/** Banned fill their cell, suspects a smaller square in it, known callers a ring: nothing rests on colour alone. */
function cellSquare(cell: MapCell): Html {
  const { x, y, banned, suspect, legitimate, first, prefixLength } = cell;
  const title = html`<title>
    ${prefixText(first, prefixLength)}: ${count(banned)} banned, ${counted(suspect, 'suspect')},
    ${counted(legitimate, 'known caller')}
  </title>`;
  return html`<g
    >${title}${banned > 0 && square(x, y, 0.5, `banned d${depth(banned)}`)}${suspect > 0 && square(x, y, 2, 'suspect')}${legitimate > 0 && ring(x, y)}</g
  >`;
}

function ring(x: number, y: number): Html {
  return html`<circle cx="${x * CELL + CELL / 2}" cy="${y * CELL + CELL / 2}" r="3.5" class="legitimate" />`;
}

function square(x: number, y: number, inset: number, kind: string): Html {
  const side = CELL - 2 * inset;
  return html`<rect
    x="${x * CELL + inset}"
    y="${y * CELL + inset}"
    width="${side}"
    height="${side}"
    class="${kind}"
  />`;
}

/** Shade by number of sources: one, a few, many. */
function depth(sources: number): 1 | 2 | 3 {
  if (sources >= 5) return 3;
  return sources >= 2 ? 2 : 1;
}

function gridNames({ first, prefixLength }: AddressMap): Html[] {
  const step = SIDE / NAMED;
  const size = 2 ** (32 - prefixLength - 4);
  return Array.from({ length: NAMED * NAMED }, (_, i) => {
    const { x, y } = hilbertCell(i, NAMED);
    const name = prefixText(first + i * size, prefixLength + 4);
    return html`<rect x="${x * step}" y="${y * step}" width="${step}" height="${step}" class="grid" /><text
        x="${x * step + 6}"
        y="${y * step + 20}"
        >${name}</text
      >`;
  });
}

function prefixText(first: number, prefixLength: number): string {
  return `${numberToIpv4(first)}/${prefixLength}`;
}

function networks(seen: readonly Seen[]): Html {
  const counts = new Map<string, Record<Seen['kind'], number>>();
  for (const { source, kind } of seen) {
    const network = networkOf(source);
    const sums = counts.get(network) ?? { banned: 0, suspect: 0, legitimate: 0 };
    sums[kind] += 1;
    counts.set(network, sums);
  }
  const ranked = [...counts].sort(
    ([a, x], [b, y]) =>
      y.banned - x.banned || y.suspect - x.suspect || y.legitimate - x.legitimate || (a < b ? -1 : 1),
  );
  return html`${table({
    caption: 'Networks with most sources',
    columns: [
      { name: 'Network' },
      { name: 'Banned', numeric: true },
      { name: 'Suspects', numeric: true },
      { name: 'Known callers', numeric: true },
    ],
    rows: ranked
      .slice(0, MOST_NETWORKS)
      .map(([network, { banned, suspect, legitimate }]) => [
        { value: addressCode(network), sort: network },
        cell(count(banned)),
        cell(count(suspect)),
        cell(count(legitimate)),
      ]),
  })}
  ${ranked.length > MOST_NETWORKS && html`<p class="note">${counted(ranked.length - MOST_NETWORKS, 'more network')}. IPv4 by /24, IPv6 by /48.</p>`}`;
}

/** The /24 of an IPv4 source, the /48 of an IPv6 one; what is wider, as an operator's block, stands for itself. */
function networkOf(source: string): string {
  const cidr = tryParseCidr(source);
  if (cidr === undefined) return source;
  const { family, first, prefixLength } = cidr;
  return formatCidr(cidrOf({ family, value: first }, Math.min(prefixLength, family === 4 ? 24 : 48)));
}

/** The address alone where the CIDR is one. */
function networkText(cidr: Cidr): string {
  return formatCidr(cidr).replace(/\/32$/, '');
}
