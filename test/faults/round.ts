import { Dice } from './dice';
import { type Kind, isChange } from './kinds';
import type { Laboratory } from './laboratory';
import type { Site } from './site';
import { Watch } from './watch';

/** What one round found. */
export interface RoundResult {
  /** Times the fault was injected. */
  readonly injected: number;
  /** Clean runs after the fault until the walls were what the ledger says; 0 where the faulty run got there itself. */
  readonly runsToConverge: number;
  /** Requests of all runs of the round, to the ledger, EC2 and WAFv2. */
  readonly calls: number;
  readonly violations: readonly string[];
}

/** A universe small enough for blocks to meet, and few enough bans to fit beside whatever else is there. */
const SOURCES = [
  ...Array.from({ length: 16 }, (_, i) => `198.51.100.${16 + i}`),
  ...Array.from({ length: 6 }, (_, i) => `203.0.113.${8 * i + 1}`),
  ...Array.from({ length: 6 }, (_, i) => `2001:db8:${i + 1}::7`),
];
const MOST_RUNS = 8;
/** After that no late call is on its way, and records in vain are forgotten. */
const SETTLED_MS = 900_000;

/**
 * One round: an environment in order, changes in the ledger, a fault while they are carried out, and clean runs until
 * nothing is left to do. The same seed gives the same round, up to the interleaving of processes at work at once.
 */
export async function playRound(laboratory: Laboratory, kind: Kind, seed: number): Promise<RoundResult> {
  const dice = new Dice(seed);
  const site = await laboratory.site(dice);
  try {
    return await play(site, kind, dice);
  } finally {
    await laboratory.remove(site);
  }
}

async function play(site: Site, kind: Kind, dice: Dice): Promise<RoundResult> {
  await inOrder(site, dice);
  await changeLedger(site, dice);
  const watch = new Watch(site);
  for (const [writer, { proxy }] of site.laboratory.seats.entries()) {
    proxy.onCarriedOut = (call) => {
      site.requestPassed();
      watch.look(isChange(call) ? writer : undefined);
    };
  }
  const injected = await kind({ site, watch, dice });
  for (const { proxy } of site.laboratory.seats) proxy.reset();
  watch.anotherRun();
  const runsToConverge = await converge(site, watch);
  site.nowMs += SETTLED_MS;
  await site.run(0);
  watch.lookAtRecords((await site.ledger.ownedEntries(site.id)).map(({ ruleNumber }) => ruleNumber));
  return { injected, runsToConverge, calls: site.calls, violations: [...new Set(watch.violations)] };
}

/** An environment that has been running for a while. */
async function inOrder(site: Site, dice: Dice): Promise<void> {
  for (const source of dice.some(SOURCES, dice.between(3, 8))) {
    await site.ban(source, {
      weight: dice.between(1, 500),
      ...(dice.chance(0.3) && { expiresAt: site.now + 60 }),
    });
  }
  const { report, thrown } = await site.run(0);
  if (report?.applied !== true) {
    throw new Error(`a clean run in a clean environment failed: ${JSON.stringify(report?.errors)}`, {
      cause: thrown,
    });
  }
  site.nowMs += 60_000;
}

/** What detection, operators and time have done since. At most 12 bans of a family are in force. */
async function changeLedger(site: Site, dice: Dice): Promise<void> {
  for (const source of dice.some(SOURCES, dice.between(1, 5))) {
    const known = [...site.bans.values()].some((each) => each.source === source);
    const operator = dice.chance(0.2) && { origin: 'operator' as const, because: 'known', weight: 0 };
    if (!known) await site.ban(source, { bannedAt: site.now, weight: dice.between(1, 500), ...operator });
  }
  const [first] = site.inForce();
  if (first !== undefined && dice.chance(0.5)) await site.unban(first.key);
  if (dice.chance(0.3))
    await site.allow(dice.pick(['198.51.100.20/32', '198.51.100.16/30', '2001:db8:3::/64']));
}

/** A tick a minute until one has nothing to do. */
async function converge(site: Site, watch: Watch): Promise<number> {
  for (let run = 0; run < MOST_RUNS; run++) {
    site.nowMs += 60_000;
    watch.ended();
    const { report, thrown, changes } = await site.run(0);
    watch.expect('clean run', thrown === undefined, `threw ${String(thrown)}`);
    if (report?.applied === true && changes === 0) {
      watch.lookAtTheEnd();
      return run;
    }
  }
  watch.expect('I5', false, `not converged after ${MOST_RUNS} runs`);
  return MOST_RUNS;
}
