import type { FlowLogRecord, RecordSink } from '../flow-log';

/** Gives rows to what takes records: they are few, because those on other ports are left out before. */
export function rowsAsRecords(collector: { add(record: FlowLogRecord): void }): RecordSink {
  return {
    add: (record) => collector.add(record),
    addRow: (row) => collector.add(row.record()),
  };
}
