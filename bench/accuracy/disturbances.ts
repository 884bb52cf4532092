import { orient, type OrientedRecord } from '../../lambda/detection';
import type { FlowLogRecord } from '../../lambda/flow-log';
import { seeded } from '../../test/filter-set/seeded';
import { onlyAddresses, onlyRecords } from './derive';
import { bansOf, collected } from './judge';
import { added, tally, type Tally } from './measure';
import { scored } from './score';
import type { LabelledSet, SetFile } from './sets';

/** What else could have come of the same traffic: a set changed by chance. */
export interface Disturbance {
  readonly name: string;
  readonly change: (set: LabelledSet, random: () => number) => LabelledSet;
}

/** Most seconds by which traffic is moved: the longest aggregation interval. */
const MOST_SHIFT_SECONDS = 600;
/** Latest start of a log that begins later, as a share of its length: what comes after it is too little to judge. */
const LATEST_START = 0.8;
/** Own addresses a small site may have: at least 3, at most 10 (the phone system among them). */
const SMALL_SITE = { least: 3, most: 10 };

/** Each is applied to every recorded set, several times. */
export const DISTURBANCES: readonly Disturbance[] = [
  { name: '5 % of the records lost', change: withLoss(0.05) },
  { name: '30 % of the records lost', change: withLoss(0.3) },
  {
    name: 'all of it up to 10 minutes later',
    change: (set, random) => {
      const by = shift(random);
      return { ...set, records: set.records.map((record) => moved(record, by)) };
    },
  },
  {
    name: 'each source up to 10 minutes later',
    change: (set, random) => {
      const by = chosenFor(() => shift(random));
      return { ...set, records: set.records.map((record) => moved(record, by(remoteOf(set, record)))) };
    },
  },
  {
    name: 'half of the sources',
    change: (set, random) => {
      const isKept = chosenFor(() => random() < 0.5);
      return onlyRecords(set, (record) => isKept(remoteOf(set, record)));
    },
  },
  {
    name: 'watched only from some time on',
    change: (set, random) => {
      const starts = set.records.map(({ start }) => start).sort((a, b) => a - b);
      const since = starts[Math.floor(random() * LATEST_START * starts.length)] ?? 0;
      return onlyRecords(set, ({ start }) => start >= since);
    },
  },
  { name: 'only some own addresses', change: smallSite },
];

/** What a set's traffic, disturbed by chance, comes to. @param seeds how many times each way */
export async function disturbed(file: SetFile, seeds: number): Promise<ReadonlyMap<string, Tally>> {
  const set = await file.read();
  const tallies = new Map<string, Tally>();
  for (const { name, change } of DISTURBANCES) {
    const runs: Tally[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) {
      const changed = change(set, seeded(seed));
      runs.push(tally(scored(await bansOf(collected(changed)), changed.sources)));
    }
    tallies.set(name, added(runs));
  }
  return tallies;
}

function withLoss(share: number): Disturbance['change'] {
  return (set, random) => onlyRecords(set, () => random() >= share);
}

/** The address that answers most SIP is there; of the others only some are. */
function smallSite(set: LabelledSet, random: () => number): LabelledSet {
  const answers = new Map<string, number>();
  for (const record of set.records) {
    const seen = seenFromUs(set, record);
    if (seen === undefined) continue;
    answers.set(
      seen.own,
      (answers.get(seen.own) ?? 0) + (seen.way === 'out' && seen.traffic === 'sip' ? 1 : 0),
    );
  }
  const [phoneSystem = '', ...others] = [...answers.keys()].sort(
    (a, b) => (answers.get(b) ?? 0) - (answers.get(a) ?? 0) || (a < b ? -1 : 1),
  );
  const size = SMALL_SITE.least + Math.floor(random() * (SMALL_SITE.most - SMALL_SITE.least + 1));
  const order = new Map(others.map((address) => [address, random()]));
  const chosen = others.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)).slice(0, size - 1);
  return onlyAddresses(set, [phoneSystem, ...chosen]);
}

function seenFromUs(set: LabelledSet, record: FlowLogRecord): OrientedRecord | undefined {
  return orient(record, set.topology);
}

/** Whose traffic a record is; between two own addresses, the sender's. */
function remoteOf(set: LabelledSet, record: FlowLogRecord): string {
  return seenFromUs(set, record)?.remote ?? record.source;
}

function shift(random: () => number): number {
  return Math.floor(random() * MOST_SHIFT_SECONDS);
}

function moved(record: FlowLogRecord, by: number): FlowLogRecord {
  return { ...record, start: record.start + by, end: record.end + by };
}

/** Draws once for each source, and remembers. */
function chosenFor<T>(draw: () => T): (source: string) => T {
  const drawn = new Map<string, T>();
  return (source) => {
    const known = drawn.get(source);
    if (known !== undefined) return known;
    const value = draw();
    drawn.set(source, value);
    return value;
  };
}
