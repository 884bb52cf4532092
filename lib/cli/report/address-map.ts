import { ADDRESS_BITS, type Cidr } from '../../../lambda/address';
import { hilbertCell } from './hilbert';

/** What is known of one IPv4 address. */
export interface MapPoint {
  readonly address: number;
  readonly kind: 'banned' | 'suspect' | 'legitimate';
}

/** A square of the map in cells: where a prefix lies. */
export interface MapSquare {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** A prefix with sources in it. */
export interface MapCell extends MapSquare {
  readonly first: number;
  readonly prefixLength: number;
  readonly banned: number;
  readonly suspect: number;
  /** Known callers. */
  readonly legitimate: number;
}

/** A part of the IPv4 address space on a Hilbert curve. */
export interface AddressMap {
  readonly first: number;
  /** Of the whole map; even, so that it is a square. */
  readonly prefixLength: number;
  /** Cells that hold a source, in address order. */
  readonly cells: readonly MapCell[];
  /** Addresses that are never denied, as far as they lie in the map. */
  readonly safe: readonly MapSquare[];
}

/** Cells along a side: 64, so a cell is 12 bits longer than the map. */
export const MAP_SIDE = 64;
const CELL_BITS = 12;
/** A map of fewer addresses than cells would be a map of nothing. */
const NARROWEST = 32 - CELL_BITS;
/** A second, closer map is worth it where it holds most sources and is at least this many bits closer. */
const ZOOM_BITS = 4;
const ZOOM_SHARE = 0.6;

/**
 * The smallest map that holds all points, and one that looks closer where most of the banned and suspects crowd; none
 * without points.
 */
export function addressMaps(points: readonly MapPoint[], safe: readonly Cidr[]): AddressMap[] {
  if (points.length === 0) return [];
  const addresses = points.map(({ address }) => address);
  const outer = commonPrefix(addresses);
  const maps = [mapOf(outer, points, safe)];
  const accused = points.filter(({ kind }) => kind !== 'legitimate').map(({ address }) => address);
  const crowd = crowdedPrefix(accused, outer.prefixLength);
  if (crowd !== undefined) maps.push(mapOf(crowd, points, safe));
  return maps;
}

interface Prefix {
  readonly first: number;
  readonly prefixLength: number;
}

function commonPrefix(addresses: readonly number[]): Prefix {
  const [address = 0] = addresses;
  let prefixLength = NARROWEST;
  while (
    prefixLength > 0 &&
    addresses.some((other) => start(other, prefixLength) !== start(address, prefixLength))
  )
    prefixLength -= 2;
  return { first: start(address, prefixLength), prefixLength };
}

/** The longest prefix that still holds {@link ZOOM_SHARE} of all addresses, where it is much longer than the map. */
function crowdedPrefix(addresses: readonly number[], outerLength: number): Prefix | undefined {
  if (addresses.length === 0) return undefined;
  let found: Prefix | undefined;
  for (let prefixLength = outerLength + 2; prefixLength <= NARROWEST; prefixLength += 2) {
    const counts = new Map<number, number>();
    for (const address of addresses) {
      const first = start(address, prefixLength);
      counts.set(first, (counts.get(first) ?? 0) + 1);
    }
    const [first, most] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
    if (most < addresses.length * ZOOM_SHARE) break;
    found = { first, prefixLength };
  }
  return found && found.prefixLength >= outerLength + ZOOM_BITS ? found : undefined;
}

/** First address of the prefix of that length around an address. */
function start(address: number, prefixLength: number): number {
  const size = 2 ** (ADDRESS_BITS[4] - prefixLength);
  return Math.floor(address / size) * size;
}

function mapOf(prefix: Prefix, points: readonly MapPoint[], safe: readonly Cidr[]): AddressMap {
  const inside = points.filter(({ address }) => start(address, prefix.prefixLength) === prefix.first);
  return { ...prefix, cells: cellsOf(prefix, inside), safe: safe.flatMap((cidr) => squaresOf(cidr, prefix)) };
}

function cellsOf(map: Prefix, points: readonly MapPoint[]): MapCell[] {
  const prefixLength = map.prefixLength + CELL_BITS;
  const counts = new Map<number, Pick<MapCell, MapPoint['kind']>>();
  for (const { address, kind } of points) {
    const first = start(address, prefixLength);
    const sums = counts.get(first) ?? { banned: 0, suspect: 0, legitimate: 0 };
    counts.set(first, { ...sums, [kind]: sums[kind] + 1 });
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([first, sums]) => ({ first, prefixLength, ...sums, ...squareOf({ first, prefixLength }, map) }));
}

/** Where a prefix of even length (relative to the map) lies; what is smaller than a cell takes the whole cell. */
function squareOf(prefix: Prefix, map: Prefix): MapSquare {
  const bits = Math.min(CELL_BITS, prefix.prefixLength - map.prefixLength);
  const index = Math.floor((prefix.first - map.first) / 2 ** (ADDRESS_BITS[4] - map.prefixLength - bits));
  const across = 2 ** (bits / 2);
  const side = MAP_SIDE / across;
  const { x, y } = hilbertCell(index, across);
  return { x: x * side, y: y * side, side };
}

/** A CIDR on the map: nothing outside it, the whole of it where it is wider, two squares for an odd length. */
function squaresOf(cidr: Cidr, map: Prefix): MapSquare[] {
  if (cidr.family !== 4) return [];
  const first = Number(cidr.first);
  const { prefixLength } = cidr;
  if (prefixLength <= map.prefixLength)
    return start(map.first, prefixLength) === first ? [{ x: 0, y: 0, side: MAP_SIDE }] : [];
  if (start(first, map.prefixLength) !== map.first) return [];
  if (prefixLength % 2 === 0 || prefixLength > map.prefixLength + CELL_BITS)
    return [squareOf({ first, prefixLength }, map)];
  const half = { prefixLength: prefixLength + 1, size: 2 ** (ADDRESS_BITS[4] - prefixLength - 1) };
  return [first, first + half.size].map((at) =>
    squareOf({ first: at, prefixLength: half.prefixLength }, map),
  );
}
