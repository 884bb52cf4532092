import type { DetectionLedger } from '../blacklist/ledger';
import {
  type Contribution,
  ContributionCollector,
  decisionTime,
  defaultDetectionPolicy,
  type Topology,
} from '../detection';
import { countLine, newRecordCounts, type ParsedLine, type RecordCounts } from '../flow-log';
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
  /** Where the records are from, for what is said about them. */
  readonly origin: LogFields;
  /** The fields that were configured. @default the records say it themselves */
  readonly format?: string;
}

/** Records that come together: added up, and written to the ledger as contributions under one digest. */
export class RecordBatch {
  readonly #records = newRecordCounts();
  readonly #collector: ContributionCollector;

  constructor(private readonly parts: RecordBatchParts) {
    this.#collector = new ContributionCollector(parts.topology, defaultDetectionPolicy);
  }

  /** Lines added so far. */
  get size(): number {
    return this.#records.read;
  }

  add(lines: readonly ParsedLine[]): void {
    for (const line of lines) {
      countLine(this.#records, line);
      if (line.kind === 'record') this.#collector.add(line.record);
    }
  }

  /**
   * Writes what was added up. @param digest identifies the records: the same ones have the same
   * @throws LedgerUnavailableError when not all could be written; to do it again changes nothing twice
   */
  async end(digest: string): Promise<BatchOutcome> {
    const contributions = this.#collector.drain(digest);
    const { written, duplicates } = await this.parts.ledger.recordContributions(contributions);
    const late = written > 0 ? this.#late(contributions) : 0;
    const outcome = { records: this.#records, sip: this.#collector.sipRecords, written, duplicates, late };
    this.#tell(outcome);
    return outcome;
  }

  /**
   * Contributions to windows that may have been judged before they came: kept, but perhaps never looked at again.
   * By the clock, as the tick decides, so that one that comes just while its window is judged is counted too.
   */
  #late(contributions: readonly Contribution[]): number {
    const until = this.parts.judgedUntil();
    return contributions.filter(({ window }) => decisionTime(window, defaultDetectionPolicy) <= until).length;
  }

  #tell({ records, sip, written, late }: BatchOutcome): void {
    const { telemetry, origin, format } = this.parts;
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
