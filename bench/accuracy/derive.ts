import { stableHash } from '../../lambda/address';
import { orient } from '../../lambda/detection';
import type { FlowLogRecord } from '../../lambda/flow-log';
import type { LabelledSet } from './sets';

/**
 * What a longer aggregation interval would have recorded: one record for each 5-tuple, interface, action and interval,
 * with the interval's start and end, which each interface begins at another time.
 */
export function aggregated(set: LabelledSet, seconds: number): LabelledSet {
  const sums = new Map<string, FlowLogRecord>();
  for (const record of set.records) {
    const phase = stableHash(record.interfaceId ?? '') % seconds;
    const bin = Math.floor((record.end - phase) / seconds);
    const start = bin * seconds + phase;
    const key = [
      bin,
      record.interfaceId,
      record.source,
      record.sourcePort,
      record.destination,
      record.destinationPort,
      record.protocol,
      record.action,
    ].join(' ');
    const sum = sums.get(key);
    sums.set(key, {
      ...record,
      packets: record.packets + (sum?.packets ?? 0),
      bytes: record.bytes + (sum?.bytes ?? 0),
      start,
      end: start + seconds - 1,
    });
  }
  return { ...set, records: [...sums.values()] };
}

/** What a site that has only these own addresses would have recorded, with the sources that are left. */
export function onlyAddresses(set: LabelledSet, own: readonly string[]): LabelledSet {
  const kept = new Set(own);
  return onlyRecords(set, (record) => {
    const seen = orient(record, set.topology);
    return seen === undefined || kept.has(seen.own);
  });
}

/** The set without the other records, and without the sources that are then gone. */
export function onlyRecords(set: LabelledSet, isKept: (record: FlowLogRecord) => boolean): LabelledSet {
  const records = set.records.filter(isKept);
  const seen = new Set(records.flatMap(({ source, destination }) => [source, destination]));
  return {
    ...set,
    records,
    sources: Object.fromEntries(Object.entries(set.sources).filter(([source]) => seen.has(source))),
  };
}
