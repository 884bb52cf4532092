import type { DetectionLedger } from '../blacklist/ledger';
import { decisionTime, defaultDetectionPolicy, PbxCollector, type Topology } from '../detection';
import { type CloudWatchLogsEvent, decodeTimedPayload, isCloudWatchLogsEvent } from '../flow-log';
import { type PbxDialect, type PbxLineCounts, PbxLogReader } from '../pbx-log';
import type { Telemetry } from './telemetry';

/** What reading PBX logs works with. */
export interface PbxDetectorParts {
  readonly ledger: Pick<DetectionLedger, 'recordContributions'>;
  readonly topology: Pick<Topology, 'own'>;
  /** By log group, whose log it is. */
  readonly logs: ReadonlyMap<string, PbxDialect>;
  readonly telemetry: Telemetry;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** How long records may be on their way, seconds: windows that are older may be judged already. */
  readonly deliverySeconds: number;
}

/** What became of a batch of lines. */
export type PbxOutcome =
  | { readonly kind: 'control' }
  | {
      readonly kind: 'batch';
      readonly lines: PbxLineCounts;
      /** Contributions that were new, that were there already, and that may have come after their window was judged. */
      readonly written: number;
      readonly duplicates: number;
      readonly late: number;
    };

/** Lines of a log group that no dialect is configured for. */
export class UnknownLogGroupError extends Error {
  override readonly name = 'UnknownLogGroupError';
}

/**
 * The pbx function without its surroundings: a batch of lines becomes contributions in the ledger, exactly as a batch of
 * flow-log records does, and the detect function's tick judges them together. A batch delivered again adds nothing
 * (invariant I7).
 */
export class PbxDetector {
  constructor(private readonly parts: PbxDetectorParts) {}

  /**
   * @param event a CloudWatch Logs subscription event
   * @throws PayloadError, UnknownLogGroupError or LedgerUnavailableError: Lambda retries, and then passes the event on to
   * the failure queue
   */
  async handle(event: unknown): Promise<PbxOutcome> {
    if (!isCloudWatchLogsEvent(event)) {
      throw new UnknownLogGroupError(
        'the event is not of a CloudWatch Logs subscription: check what invokes pbx',
      );
    }
    return this.#payload(event);
  }

  async #payload(event: CloudWatchLogsEvent): Promise<PbxOutcome> {
    const payload = decodeTimedPayload(event);
    if (payload.kind === 'control') return payload;
    const { logGroup, logStream, messages, timestamps, digest } = payload;
    const reader = new PbxLogReader(this.#dialectOf(logGroup));
    const collector = new PbxCollector(this.parts.topology, defaultDetectionPolicy);
    for (const [i, message] of messages.entries()) {
      const read = reader.read(message);
      // When CloudWatch Logs says it was: the agent reads the time from the line, zone and year included.
      if (read !== undefined)
        collector.add(read.event, Math.floor((timestamps[i] ?? this.parts.clock()) / 1000));
    }
    const contributions = collector.drain(digest);
    const { written, duplicates } = await this.parts.ledger.recordContributions(contributions);
    const until = Math.floor(this.parts.clock() / 1000) - this.parts.deliverySeconds;
    const isLate = ({ window }: { window: number }) => decisionTime(window, defaultDetectionPolicy) <= until;
    const late = written > 0 ? contributions.filter(isLate).length : 0;
    const outcome = { kind: 'batch' as const, lines: reader.counts, written, duplicates, late };
    this.#tell(outcome, { logGroup, logStream });
    return outcome;
  }

  #dialectOf(logGroup: string): PbxDialect {
    const dialect = this.parts.logs.get(logGroup);
    if (dialect !== undefined) return dialect;
    throw new UnknownLogGroupError(
      `there is no PBX log "${logGroup}" in the configuration: add it to pbxLogs, or remove its subscription filter`,
    );
  }

  #tell(
    { lines, written, late }: Extract<PbxOutcome, { kind: 'batch' }>,
    origin: Readonly<Record<string, string>>,
  ) {
    const { telemetry } = this.parts;
    telemetry.metric('PbxLinesRead', lines.read);
    telemetry.metric('PbxLinesUsed', lines.used);
    telemetry.metric('PbxLinesUnsafe', lines.unsafe + lines.illegible);
    telemetry.metric('PbxLateContributions', late);
    telemetry.info('batch', { ...origin, lines, written, late });
    if (lines.unsafe + lines.illegible > 0) {
      telemetry.warn('lines that cannot be read without doubt were dropped', { ...origin, lines });
    }
  }
}
