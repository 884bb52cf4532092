import { seeded } from '../../test/filter-set/seeded';
import { clusterSize, logNormalRate, networkOf, normal } from './population';

/** What one source sends in one window. */
export interface Activity {
  readonly address: number;
  readonly packets: number;
  /** When it was last heard, as a share of the window. */
  readonly lastHeard: number;
}

/** One window: an hour. */
export interface Window {
  readonly probes: readonly Activity[];
  /** Packets of legitimate sources, by address; all of them are known. */
  readonly legitimate: ReadonlyMap<number, number>;
}

interface Source {
  readonly address: number;
  /** Mean packets in a window in which it is active. */
  readonly rate: number;
}

interface Actor {
  readonly sources: readonly Source[];
  readonly leavesAt: number;
}

/** Numbers of the model; none is fitted to a result. */
const ACTORS = 500;
/** An actor stays two days on average. */
const MEAN_STAY = 48;
/** Sources of an actor take turns: each is active in this share of its windows. */
const ACTIVE = 0.6;
/** Packets in a window of the median source: few are so quiet that they never show. */
const MEDIAN_RATE = 10;
/** Spread of a source's packets around its rate from window to window (natural logarithm). */
const JITTER = 0.5;
const LEGITIMATE = 300;

/**
 * Windows of scanner traffic by actors that come and go. An actor holds a /22 and sends from up to four of its /24s,
 * each with the cluster sizes of published SIP blacklists; rates are log-normal with σ = 2. Legitimate sources live
 * partly next door: a third of them in /24s of actors.
 * @param likeness correlation of the (logarithms of the) rates of one actor's sources: 0 for none. Sources of one actor run
 *   one tool with one setting (measured, docs/detection.md: a distributed /24 sends one packet a minute from each).
 */
export function world(windows: number, seed: number, likeness: number): Window[] {
  const random = seeded(seed);
  let actors = Array.from({ length: ACTORS }, () => newActor(random, 0, likeness));
  const legitimate = legitimateSources(random, actors);
  return Array.from({ length: windows }, (_, now) => {
    actors = actors.map((actor) => (actor.leavesAt > now ? actor : newActor(random, now, likeness)));
    const probes = actors.flatMap((actor) => actor.sources).flatMap((source) => activity(random, source));
    return {
      probes: probes.filter(({ address }) => !legitimate.has(address)),
      legitimate: new Map(
        [...legitimate].map(([address, rate]) => [address, MEDIAN_RATE * rate * random() * 2]),
      ),
    };
  });
}

function newActor(random: () => number, now: number, likeness: number): Actor {
  const base = Math.floor(networkOf(random) / 1024) * 1024;
  const networks = 1 + Math.floor(random() * 4);
  const addresses = new Set<number>();
  for (let n = 0; n < networks; n++) {
    const network = base + 256 * n;
    for (let left = clusterSize(random); left > 0; left--)
      addresses.add(network + Math.floor(random() * 256));
  }
  const habit = normal(random);
  const sources = Array.from(addresses, (address) => ({
    address,
    rate: MEDIAN_RATE * logNormalRate(random, likeness, habit),
  }));
  return { sources, leavesAt: now - MEAN_STAY * Math.log(1 - random()) };
}

function legitimateSources(random: () => number, actors: readonly Actor[]): Map<number, number> {
  const sources = new Map<number, number>();
  while (sources.size < LEGITIMATE) {
    const actor = actors[Math.floor(random() * actors.length)];
    const near = Math.floor((actor?.sources[0]?.address ?? 0) / 256) * 256;
    const network = random() < 1 / 3 ? near : networkOf(random);
    sources.set(network + Math.floor(random() * 256), logNormalRate(random));
  }
  return sources;
}

function activity(random: () => number, { address, rate }: Source): Activity[] {
  if (random() > ACTIVE) return [];
  const packets = Math.round(rate * Math.exp(JITTER * normal(random)));
  if (packets === 0) return [];
  return [{ address, packets, lastHeard: 1 + Math.log(1 - random()) / packets }];
}

/** How clustered the sources of all windows are: shares of them that are not alone in their /24, and among 32 or more. */
export function clustering(windows: readonly Window[]): { sharing: number; amongMany: number } {
  const addresses = new Set(windows.flatMap(({ probes }) => probes.map(({ address }) => address)));
  const sizes = new Map<number, number>();
  for (const address of addresses) {
    const network = Math.floor(address / 256);
    sizes.set(network, (sizes.get(network) ?? 0) + 1);
  }
  const share = (least: number) =>
    [...sizes.values()].reduce((sum, size) => sum + (size >= least ? size : 0), 0) / addresses.size;
  return { sharing: share(2), amongMany: share(32) };
}
