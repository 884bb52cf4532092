import { numberToIpv4, ipv4ToNumber, parseCidr } from '../../../lambda/address';
import { addressMaps, MAP_SIDE, type MapPoint } from '../../../lib/cli/report/address-map';
import { hilbertCell } from '../../../lib/cli/report/hilbert';

test('the curve visits every cell once, and steps to a neighbour each time', () => {
  const cells = Array.from({ length: 64 * 64 }, (_, i) => hilbertCell(i, 64));
  expect(new Set(cells.map(({ x, y }) => `${x},${y}`)).size).toBe(64 * 64);
  cells.slice(1).forEach((cell, i) => {
    const before = cells[i];
    expect(Math.abs(cell.x - (before?.x ?? 0)) + Math.abs(cell.y - (before?.y ?? 0))).toBe(1);
  });
});

const banned = (text: string): MapPoint => ({ address: ipv4ToNumber(text), kind: 'banned' });

test('no sources, no map', () => expect(addressMaps([], [])).toEqual([]));

test('a single source is shown in its /20, one cell an address', () => {
  const [map] = addressMaps([banned('198.51.100.7')], []);
  expect(map).toMatchObject({ first: ipv4ToNumber('198.51.96.0'), prefixLength: 20 });
  expect(map?.cells).toEqual([expect.objectContaining({ prefixLength: 32, banned: 1, suspect: 0, side: 1 })]);
});

test('sources all over the Internet are shown in all of it, one cell for each /12', () => {
  const points = ['1.2.3.4', '1.2.3.5', '250.1.1.1'].map(banned);
  const [map] = addressMaps([...points, { address: ipv4ToNumber('1.2.9.9'), kind: 'suspect' }], []);
  expect(map).toMatchObject({ first: 0, prefixLength: 0 });
  expect(map?.cells.map(({ first, banned: b, suspect: s }) => [numberToIpv4(first), b, s])).toEqual([
    ['1.0.0.0', 2, 1],
    ['250.0.0.0', 1, 0],
  ]);
});

test('a second map looks closer where most of them crowd', () => {
  const crowd = Array.from({ length: 30 }, (_, i) => banned(`198.51.100.${i}`));
  const maps = addressMaps([...crowd, banned('9.9.9.9')], []);
  expect(maps.map(({ first, prefixLength }) => `${numberToIpv4(first)}/${prefixLength}`)).toEqual([
    '0.0.0.0/0',
    '198.51.96.0/20',
  ]);
  expect(maps[1]?.cells).toHaveLength(30);
  expect(addressMaps([banned('9.9.9.9'), banned('200.9.9.9')], [])).toHaveLength(1);
});

test.each(['1.2.3.4/32', '64.0.0.0/3', '128.0.0.0/9', '10.0.0.0/8', '0.0.0.0/0'])(
  'the squares of %s cover its cells and nothing else',
  (text) => {
    const cidr = parseCidr(text);
    const [map] = addressMaps([banned('1.2.3.4'), banned('250.1.1.1')], [cidr]);
    const drawn = new Set<string>();
    for (const { x, y, side } of map?.safe ?? [])
      for (let i = 0; i < side * side; i++) drawn.add(`${x + (i % side)},${y + Math.floor(i / side)}`);
    const wanted = new Set<string>();
    for (let cell = 0; cell < MAP_SIDE ** 2; cell++) {
      const [first, last] = [BigInt(cell) << 20n, ((BigInt(cell) + 1n) << 20n) - 1n];
      const { x, y } = hilbertCell(cell, MAP_SIDE);
      if (first <= cidr.last && last >= cidr.first) wanted.add(`${x},${y}`);
    }
    expect(drawn).toEqual(wanted);
  },
);

test('what lies outside the map or in IPv6 is not drawn', () => {
  const outside = ['10.0.0.0/8', '2001:db8::/32', '198.52.0.0/16'].map((text) => parseCidr(text));
  expect(addressMaps([banned('198.51.100.7')], outside)[0]?.safe).toEqual([]);
  expect(addressMaps([banned('198.51.100.7')], [parseCidr('198.0.0.0/8')])[0]?.safe).toEqual([
    { x: 0, y: 0, side: MAP_SIDE },
  ]);
});
