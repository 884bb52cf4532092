import type { DetectionLedger } from '../blacklist/ledger';
import {
  type Contribution,
  ContributionCollector,
  decisionTime,
  defaultDetectionPolicy,
  portsOf,
  type Topology,
} from '../detection';
import { newRecordScanner, type RecordCounts, type RecordScanner, type RecordSink } from '../flow-log';
import type { LogFields, Telemetry } from './telemetry';

/** What became of a batch of records. */
export interface BatchOutcome {
  readonly records: RecordCounts;
  /** Records on SIP or SIP-like ports. */
  readonly sip: number;
  /** Contributions that were new. */
  readonly written: number;
  /** Contributions that were there already. */
  readonly duplicates: number;
  /** Contributions to windows that may have been judged before they came. */
  readonly late: number;
}

/** What a batch works with. */
export interface RecordBatchParts {
  readonly ledger: Pick<DetectionLedger, 'recordContributions'>;
  readonly topology: Topology;
  readonly telemetry: Telemetry;
  /** Windows whose verdicts count from this time or earlier are due to be judged, epoch seconds. */
  readonly judgedUntil: () => number;
  /** The fields that were configured. @default the records say it themselves */
  readonly format?: string;
  /** Cuts a batch that is too much for the memory. @default it is never cut */
  readonly cut?: BatchCut;
}

/** Where a batch is cut. The same records in the same order are cut in the same places, so each part has a digest. */
export interface BatchCut {
  /** Identifies all the records. */
  readonly digest: string;
  /** Records on ports worth a look after which what was added up so far is a part. */
  readonly records: number;
}

/** Records that come together: added up, and written to the ledger as contributions under one digest. */
export class RecordBatch {
  /** What reads the records: whatever is scanned is added. */
  readonly scanner: RecordScanner;
  readonly #collector: ContributionCollector;
  readonly #written = { written: 0, duplicates: 0, late: 0 };
  /** Parts that are complete and not written yet. */
  readonly #parts: Contribution[][] = [];
  #cuts = 0;
  #added = 0;

  constructor(private readonly parts: RecordBatchParts) {
    this.#collector = new ContributionCollector(parts.topology, defaultDetectionPolicy);
    const sink: RecordSink = {
      add: (record) => {
        this.#collector.add(record);
        this.#cut();
      },
      addRow: (row) => {
        this.#collector.addRow(row);
        this.#cut();
      },
    };
    this.scanner = newRecordScanner(parts.cut ? sink : this.#collector, {
      ports: portsOf(parts.topology),
    });
  }

  /** Lines added so far. */
  get size(): number {
    return this.scanner.linesRead;
  }

  /** Writes the parts that are complete. @throws as {@link end} */
  async writeParts(): Promise<void> {
    for (let part = this.#parts.shift(); part !== undefined; part = this.#parts.shift())
      await this.#write(part);
  }

  /**
   * Writes what was added up.
   * @param digest identifies the records: the same ones have the same; what was cut has its own
   * @param origin where they are from, for what is said about them
   * @throws LedgerUnavailableError when not all could be written; to do it again changes nothing twice
   */
  async end(digest: string, origin: LogFields): Promise<BatchOutcome> {
    await this.writeParts();
    await this.#write(this.#collector.drain(this.#partDigest(digest)));
    const outcome = { records: this.scanner.counts, sip: this.#collector.sipRecords, ...this.#written };
    this.#tell(outcome, origin);
    return outcome;
  }

  #cut(): void {
    const { cut } = this.parts;
    this.#added += 1;
    if (cut === undefined || this.#added < cut.records) return;
    this.#added = 0;
    this.#parts.push(this.#collector.drain(this.#partDigest(cut.digest)));
    this.#cuts += 1;
  }

  #partDigest(digest: string): string {
    return this.parts.cut === undefined ? digest : `${digest}.${this.#cuts}`;
  }

  async #write(contributions: readonly Contribution[]): Promise<void> {
    const { written, duplicates } = await this.parts.ledger.recordContributions(contributions);
    this.#written.written += written;
    this.#written.duplicates += duplicates;
    if (written > 0) this.#written.late += this.#late(contributions);
  }

  /**
   * Contributions to windows that may have been judged before they came: kept, but perhaps never looked at again.
   * By the clock, as the tick decides, so that one that comes just while its window is judged is counted too.
   */
  #late(contributions: readonly Contribution[]): number {
    const until = this.parts.judgedUntil();
    return contributions.filter(({ window }) => decisionTime(window, defaultDetectionPolicy) <= until).length;
  }

  #tell({ records, sip, written, late }: BatchOutcome, origin: LogFields): void {
    const { telemetry, format } = this.parts;
    telemetry.metric('RecordsRead', records.read);
    telemetry.metric('SipRecords', sip);
    telemetry.metric('MalformedRecords', records.malformed);
    telemetry.metric('SkippedRecords', records.skipData);
    telemetry.metric('LateContributions', late);
    telemetry.info('batch', { ...origin, records, sip, written, late });
    if (records.malformed > 0) {
      telemetry.warn('records that cannot be read: does the log have the format that was configured?', {
        ...origin,
        causes: records.malformedByCause,
        ...(format !== undefined && { format }),
      });
    }
    if (records.skipData > 0) {
      telemetry.warn('AWS lost flow-log records: blind, not quiet', {
        ...origin,
        intervals: records.skipData,
      });
    }
  }
}
