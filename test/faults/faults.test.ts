import { killEverywhere } from './cut-points';
import { KINDS } from './kinds';
import { Laboratory } from './laboratory';
import { playRound } from './round';

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await Laboratory.start();
});
afterAll(() => laboratory.close());

/** Few, because `npm run faults` plays thousands; other seeds than its own. */
const SEEDS = [11, 12];
/** A process that dies loses its lease, which the next tick may still find. */
const MOST_TICKS = 2;

describe('with a fault between our clients and the services', () => {
  it.each(Object.keys(KINDS))('%s: all invariants hold, and the ticks after it converge', async (name) => {
    const kind = KINDS[name];
    if (kind === undefined) throw new Error(`no kind ${name}`);
    let injected = 0;
    for (const seed of SEEDS) {
      const result = await playRound(laboratory, kind, seed);
      expect({ seed, violations: result.violations }).toEqual({ seed, violations: [] });
      expect(result.runsToConverge).toBeLessThanOrEqual(MOST_TICKS);
      injected += result.injected;
    }
    expect(injected).toBeGreaterThan(0);
  });

  it('I5: a reconcile killed before each of its calls, and after the last: every crash converges', async () => {
    const { results, crashes } = await killEverywhere(laboratory, 5);
    expect(results.flatMap(({ violations }) => violations)).toEqual([]);
    expect(Math.max(...results.map(({ runsToConverge }) => runsToConverge))).toBeLessThanOrEqual(MOST_TICKS);
    expect(crashes).toBeGreaterThan(40);
  }, 300_000);

  it('I9: two enforcers started together, again and again: no lost update, no double rule, no error', async () => {
    const kind = KINDS['two enforcers at once'];
    if (kind === undefined) throw new Error('no such kind');
    for (let seed = 100; seed < 115; seed++) {
      const { violations } = await playRound(laboratory, kind, seed);
      expect({ seed, violations }).toEqual({ seed, violations: [] });
    }
  }, 120_000);
});
