import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { judgePending } from '../../lambda/blacklist/judge-pending';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { ContributionCollector, type JudgeContext } from '../../lambda/detection';
import type { FlowLogRecord } from '../../lambda/flow-log';
import { judgeOptions } from './detection-judging';

/** How a delivery is played: every choice comes from the seed. */
export interface DeliveryOptions {
  readonly seed: number;
  /** Seconds between ticks at most, or undefined to judge once, at the end. */
  readonly tickEvery: number | undefined;
}

interface Happening {
  readonly at: number;
  /** A batch, or undefined for a tick. */
  readonly batch?: readonly FlowLogRecord[];
}

/**
 * Plays records as AWS delivers them: divided into batches at random, each of a record's end and up to the delivery
 * time later, a third of them twice (the second time whenever it likes), to two detectors in turn, with judging in
 * between as windows fall due.
 */
export async function deliver(
  records: readonly FlowLogRecord[],
  { seed, tickEvery }: DeliveryOptions,
  judge: JudgeContext,
): Promise<MemoryLedger> {
  const random = randomOf(seed);
  const ledger = new MemoryLedger();
  const detectors = [0, 1].map(() => new ContributionCollector(judge.topology, judge.policy));
  const judgeAt = (until: number) => judgePending(judgeOptions(ledger, until, judge));
  for (const { at, batch } of happenings(records, random, { tickEvery, judge })) {
    if (batch === undefined) {
      await judgeAt(at - judge.policy.deliverySeconds);
      continue;
    }
    const detector = detectors[Math.floor(random() * 2)];
    for (const record of shuffled(batch, random)) detector?.add(record);
    await ledger.recordContributions(detector?.drain(digestOf(batch)) ?? []);
  }
  await judgeAt(Infinity);
  return ledger;
}

/** Batches arrive within so many seconds of each other's records. */
const ARRIVAL_STEP = 20;

function happenings(
  records: readonly FlowLogRecord[],
  random: () => number,
  { tickEvery, judge }: { tickEvery: number | undefined; judge: JudgeContext },
): Happening[] {
  const { deliverySeconds } = judge.policy;
  const batches = new Map<string, { at: number; batch: FlowLogRecord[] }>();
  for (const record of records) {
    const delay = Math.floor(random() * (deliverySeconds - ARRIVAL_STEP));
    const at = ARRIVAL_STEP * Math.ceil((record.end + delay) / ARRIVAL_STEP);
    const id = `${at} ${Math.floor(random() * 3)}`;
    const known = batches.get(id);
    if (known === undefined) batches.set(id, { at, batch: [record] });
    else known.batch.push(record);
  }
  const once = [...batches.values()];
  const twice = once
    .filter(() => random() < 1 / 3)
    .map(({ at, batch }) => ({ at: at + Math.floor(random() * 2000), batch }));
  // A tick that falls on the second of a batch comes after it: sorting is stable.
  return [...once, ...twice, ...ticks(once, random, tickEvery)].sort((a, b) => a.at - b.at);
}

function ticks(batches: readonly Happening[], random: () => number, every: number | undefined): Happening[] {
  if (every === undefined) return [];
  const times = batches.map(({ at }) => at);
  const ticking: Happening[] = [];
  for (let at = Math.min(...times); at < Math.max(...times); at += 1 + Math.floor(random() * every)) {
    ticking.push({ at });
  }
  return ticking;
}

function digestOf(batch: readonly FlowLogRecord[]): string {
  const lines = batch.map((record) => JSON.stringify(record)).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** Mulberry32: numbers from 0 to below 1. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Any way to deliver. */
export const delivery: fc.Arbitrary<DeliveryOptions> = fc.record({
  seed: fc.integer(),
  tickEvery: fc.constantFrom(undefined, 30, 120, 1500),
});
