import { seeded } from '../../test/filter-set/seeded';

/** A generated scanner: address and probe packets an hour. */
export interface Scanner {
  readonly address: number;
  readonly rate: number;
}

/** Spread of the rates: the natural logarithm of a rate has this standard deviation. */
const RATE_SIGMA = 2;

/** A standard normal number (Box and Muller, 1958). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** @param likeness share of the variance that comes from `habit`, a normal number common to several sources */
export function logNormalRate(random: () => number, likeness = 0, habit = 0): number {
  return Math.exp(RATE_SIGMA * (Math.sqrt(likeness) * habit + Math.sqrt(1 - likeness) * normal(random)));
}

/**
 * Scanners clustered as published SIP blacklists are: 32 % alone in their /24, 43 % in /24s of 2–31, 25 % in /24s of 32
 * or more. Addresses are distinct and public unicast.
 * @param make what to keep of each, so that a million of them need not be held twice
 */
export function population(size: number, seed: number): Scanner[];
export function population<T>(size: number, seed: number, make: (scanner: Scanner) => T): T[];
export function population(
  size: number,
  seed: number,
  make = (scanner: Scanner): unknown => scanner,
): unknown[] {
  const random = seeded(seed);
  const networks = new Set<number>();
  const scanners: unknown[] = [];
  while (scanners.length < size) {
    const base = networkOf(random);
    if (networks.has(base)) continue;
    networks.add(base);
    const hosts = new Set<number>();
    const cluster = Math.min(clusterSize(random), size - scanners.length);
    while (hosts.size < cluster) hosts.add(Math.floor(random() * 256));
    for (const host of hosts) scanners.push(make({ address: base + host, rate: logNormalRate(random) }));
  }
  return scanners;
}

/** Number of scanners in a new /24, such that the shares *of scanners* come out as above. */
export function clusterSize(random: () => number): number {
  // Clusters of mean sizes 1, 8 and 64 are drawn in proportion to share / mean size.
  const draw = random() * (0.32 / 1 + 0.43 / 8 + 0.25 / 64);
  if (draw < 0.32) return 1;
  if (draw < 0.32 + 0.43 / 8) return 2 + Math.floor(random() * 13);
  return 32 + Math.floor(random() * 65);
}

/** First octets that are private, shared or reserved in part or whole. */
const NOT_PUBLIC = new Set([10, 100, 127, 169, 172, 192]);

/** A random /24 in public unicast space, by its first address; 1.0.0.0–223.255.255.0 without what is not public. */
export function networkOf(random: () => number): number {
  for (;;) {
    const network = (1 + Math.floor(random() * 223)) * 2 ** 24 + Math.floor(random() * 65_536) * 256;
    const first = Math.floor(network / 2 ** 24);
    if (!NOT_PUBLIC.has(first)) return network;
  }
}
