import { PutCommand, DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { bansPk } from '../../lambda/blacklist/dynamodb-keys';
import type { Dice } from './dice';
import type { Mishap, ProxiedCall, Script } from './fault-proxy';
import type { Site } from './site';
import type { Watch } from './watch';
import { type Edit, EDITS, rewriteSet } from './edits';

/** What a kind of fault plays with. */
export interface Stage {
  readonly site: Site;
  readonly watch: Watch;
  readonly dice: Dice;
}

/** A kind of fault: plays it once. @returns how often it was injected */
export type Kind = (stage: Stage) => Promise<number>;

/** Whether it asks EC2 or WAFv2 for a change. */
export const isChange = ({ action }: ProxiedCall): boolean =>
  /^(?:Create|Replace|Delete)NetworkAclEntry$|^UpdateIPSet$/.test(action);
const isAwsRead = ({ action }: ProxiedCall): boolean => /^DescribeNetworkAcls$|^GetIPSet$/.test(action);

/** Lets something happen to the calls after the first `skip` that match, so many times. */
function mishaps(mishap: Mishap, matches: (call: ProxiedCall) => boolean, skip: number, times: number) {
  const count = { injected: 0 };
  let seen = 0;
  const script: Script = (call) => {
    if (!matches(call) || seen++ < skip || count.injected >= times) return undefined;
    count.injected += 1;
    return mishap;
  };
  return { script, count };
}

/** One run in which some calls fail in one way: any of them, or only changes, once or many times in a row. */
function failing(most: number, ...kinds: readonly [Mishap, ...Mishap[]]): Kind {
  return async ({ site, dice }) => {
    // More in a row than any call has tries, where that does not take long.
    const onlyChanges = dice.chance(0.5);
    const matches = onlyChanges ? isChange : () => true;
    const skip = onlyChanges ? dice.between(0, 4) : dice.between(0, 55);
    const times = dice.pick([1, 1, 2, 3, most]);
    const { script, count } = mishaps(dice.pick(kinds), matches, skip, times);
    site.laboratory.seats[0].proxy.script = script;
    await site.run(0);
    return count.injected;
  };
}

/**
 * Requests that nobody waits for any more, because the process was too slow or died, carried out after a later run; by
 * then what they were made for may be over.
 */
const lateCalls: Kind = async ({ site, watch, dice }) => {
  const { script, count } = mishaps('late', isChange, dice.between(0, 3), dice.pick([1, 2, 3, 6]));
  const { proxy } = site.laboratory.seats[0];
  const dies = dice.chance(0.5);
  proxy.script = (call) => (dies && count.injected > 0 ? 'die' : script(call));
  await site.run(0);
  proxy.reset();
  if (dice.chance(0.7)) {
    for (const { key } of dice.some(site.inForce(), 2)) await site.unban(key);
    watch.ended();
    site.nowMs += 60_000;
    await site.run(0);
  }
  await watch.notWatching(() => proxy.deliverLate());
  return count.injected;
};

const staleReads: Kind = async ({ site, dice }) => {
  const { script, count } = mishaps('stale', isAwsRead, dice.between(0, 12), dice.between(1, 4));
  site.laboratory.seats[0].proxy.script = script;
  await site.run(0);
  return count.injected;
};

/** Dies just before the call after so many. With as many as a run makes, it dies when all is done. */
export const killedAfter =
  (calls: number): Kind =>
  async ({ site }) => {
    const { script, count } = mishaps('die', () => true, calls, 1);
    site.laboratory.seats[0].proxy.script = script;
    await site.run(0);
    return count.injected;
  };

/** Dies before or after the effect of any one call. */
const killed: Kind = async ({ site, dice }) => {
  const { script, count } = mishaps(
    dice.pick(['die', 'die-after'] as const),
    () => true,
    dice.between(0, 110),
    1,
  );
  site.laboratory.seats[0].proxy.script = script;
  await site.run(0);
  return count.injected;
};

/** Somebody edits between any read and the next call. */
function edited(
  edits: readonly [Edit, ...Edit[]],
  mostBefore: number,
  before: (call: ProxiedCall) => boolean,
): Kind {
  return async (stage) => {
    const { site, dice } = stage;
    let skip = dice.between(0, mostBefore);
    let left = dice.between(1, 2);
    let injected = 0;
    site.laboratory.seats[0].proxy.script = (call) => {
      if (!before(call) || skip-- > 0 || left-- <= 0) return undefined;
      if (dice.pick(edits)(stage)) injected += 1;
      return undefined;
    };
    await site.run(0);
    return injected;
  };
}

/** Makes each call take its time, so that two processes meet at other points each time. */
function meander(dice: Dice): Script {
  return async () => {
    for (let turns = dice.between(0, 5); turns > 0; turns--) await new Promise(setImmediate);
    return undefined;
  };
}

const twoAtOnce: Kind = async ({ site, dice, watch }) => {
  const both = dice.chance(0.5) ? ([0, 1] as const) : ([1, 0] as const);
  for (const { proxy } of site.laboratory.seats) proxy.script = meander(dice);
  const outcomes = await Promise.all(both.map((seat) => site.run(seat)));
  for (const { report, thrown } of outcomes) {
    watch.expect('I9', thrown === undefined && report?.errors.length === 0, 'a second writer did harm');
  }
  return 1;
};

/** The other one's clock is off, by seconds or by far more than a lease. */
const skewedClocks: Kind = async ({ site, dice }) => {
  const skewMs = dice.pick([-900_000, -90_000, -20_000, 20_000, 90_000, 900_000]);
  for (const { proxy } of site.laboratory.seats) proxy.script = meander(dice);
  await Promise.all([site.run(0), site.run(1, { skewMs })]);
  return 1;
};

/** The same events again and again, one after the other or at once. */
const duplicatedEvents: Kind = async ({ site, dice, watch }) => {
  const times = dice.between(2, 4);
  for (let i = 0; i < times; i++) {
    if (dice.chance(0.3)) await Promise.all([site.run(0), site.run(1)]);
    else await site.run(0);
    watch.anotherRun();
  }
  return times - 1;
};

/** No run at all: only the tick comes. */
const lostEvents: Kind = async ({ site }) => {
  site.nowMs += 60_000;
  return Promise.resolve(1);
};

/** Requests so slow that the run meets its deadline, and its lease half its time. */
const outOfTime: Kind = async ({ site, dice, watch }) => {
  const slowMs = dice.pick([200, 500, 1000, 2000]);
  site.laboratory.seats[0].proxy.script = () => {
    site.requestPassed(slowMs);
    return undefined;
  };
  const startMs = site.nowMs;
  const { report } = await site.run(0, { deadlineMs: dice.pick([30_000, 60_000]) });
  watch.expect(
    'deadline',
    report === undefined || report.errors.length === 0,
    'running out of time is no error',
  );
  return site.nowMs - startMs > 25_000 ? 1 : 0;
};

/** An item that a newer version wrote, among the bans or in the place of the lease: nothing is changed, and it is said. */
const newerSchema: Kind = async ({ site, dice, watch }) => {
  const { document } = site.laboratory.clean;
  const place = dice.pick([
    { pk: bansPk(dice.between(0, 15)), sk: 'from the future' },
    { pk: 'ALLOW', sk: 'from the future' },
    { pk: `E#${site.id}`, sk: '00049' },
    { pk: 'L#1', sk: 'from the future' },
    { pk: 'PAUSE', sk: 'PAUSE' },
  ]);
  await document.send(new PutCommand({ TableName: site.table, Item: { ...place, schema: 99 } }));
  const { thrown, changes } = await site.run(0);
  watch.expect('I6', thrown instanceof Error, 'a ledger that cannot be read in full did not alarm');
  watch.expect('I6', changes === 0, `${changes} changes with a ledger that cannot be read in full`);
  await document.send(new DeleteCommand({ TableName: site.table, Key: place }));
  return 1;
};

/** By the words of the report. */
export const KINDS: Readonly<Record<string, Kind>> = {
  throttling: failing(30, 'throttle'),
  'errors 500': failing(30, 'fail', 'fail-after'),
  'time-out after the change': failing(2, 'silence-after'),
  'dropped connection': failing(30, 'drop', 'drop-after'),
  'truncated answer': failing(30, 'truncate'),
  'stale read': staleReads,
  'call that arrives late': lateCalls,
  'lock conflict': edited([rewriteSet], 1, ({ action }) => action === 'UpdateIPSet'),
  'edit between read and write': edited(EDITS, 70, ({ action }) => action !== 'GetIPSet'),
  killed,
  'two enforcers at once': twoAtOnce,
  'clocks apart': skewedClocks,
  'stream event duplicated': duplicatedEvents,
  'stream event lost': lostEvents,
  'out of time': outOfTime,
  'item of a newer schema': newerSchema,
};
