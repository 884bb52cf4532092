import type { Ban } from '../blacklist/ban';
import { parseBanPolicy } from '../blacklist/ban-policy';
import { judgePending, type JudgeReport } from '../blacklist/judge-pending';
import type { Ledger } from '../blacklist/ledger';
import {
  type Contribution,
  ContributionCollector,
  decisionTime,
  defaultDetectionPolicy,
  judgeContextOf,
  topologyOf,
  type Verdict,
} from '../detection';
import type { Deployment } from '../enforcement/deployment';
import {
  type CloudWatchPayload,
  countLine,
  decodeCloudWatchPayload,
  type FlowLogFormat,
  isCloudWatchLogsEvent,
  newRecordCounts,
  RecordParser,
  type RecordCounts,
} from '../flow-log';
import type { Telemetry } from './telemetry';

/** What the detector works with: made by a composition root, replaced in tests. */
export interface DetectorParts {
  readonly ledger: Ledger;
  readonly deployment: Deployment;
  readonly format: FlowLogFormat;
  readonly telemetry: Telemetry;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Told of each verdict, with the ban it led to. */
  readonly onVerdict?: (verdict: Verdict, ban: Ban | undefined) => void;
}

/** What a batch or a tick did, for the caller and for tests. */
export type DetectorOutcome =
  | { readonly kind: 'control' }
  | {
      readonly kind: 'batch';
      readonly records: RecordCounts;
      /** Records on SIP or SIP-like ports. */
      readonly sip: number;
      readonly written: number;
      readonly duplicates: number;
      readonly late: number;
    }
  | ({ readonly kind: 'tick' } & JudgeReport);

/** Time a run keeps back to end cleanly before it is cut off, milliseconds. */
const RESERVE_MS = 10_000;

/**
 * The detect function without its surroundings: a batch of records becomes contributions in the ledger, a tick judges
 * the windows that have closed. Batches only add, so any number of detectors may work at once, and a batch delivered
 * again adds nothing (invariant I7).
 */
export class Detector {
  constructor(private readonly parts: DetectorParts) {}

  /**
   * @param event a CloudWatch Logs subscription event, or one of an EventBridge schedule for a tick
   * @param remainingMs how long this invocation may still take, milliseconds
   * @throws PayloadError, UnknownEventError or LedgerUnavailableError: Lambda retries, and then passes the event on to
   * the failure queue
   */
  async handle(event: unknown, remainingMs: () => number): Promise<DetectorOutcome> {
    if (isScheduledEvent(event)) return this.#tick(remainingMs);
    if (!isCloudWatchLogsEvent(event)) throw new UnknownEventError();
    const payload = decodeCloudWatchPayload(event);
    return payload.kind === 'control' ? { kind: 'control' } : this.#batch(payload);
  }

  async #batch(payload: Extract<CloudWatchPayload, { kind: 'data' }>): Promise<DetectorOutcome> {
    const { ledger, deployment, format } = this.parts;
    const collector = new ContributionCollector(topologyOf(deployment), defaultDetectionPolicy);
    const parser = new RecordParser(format);
    const records = newRecordCounts();
    for (const message of payload.messages) {
      const line = parser.parse(message.trimEnd());
      countLine(records, line);
      if (line.kind === 'record') collector.add(line.record);
    }
    const contributions = collector.drain(payload.digest);
    const { written, duplicates } = await ledger.recordContributions(contributions);
    const late = written > 0 ? this.#late(contributions) : 0;
    this.#tellBatch(payload, records, collector.sipRecords, { written, late });
    return { kind: 'batch', records, sip: collector.sipRecords, written, duplicates, late };
  }

  /**
   * Contributions to windows that may have been judged before they came: kept, but perhaps never looked at again.
   * By the clock, as the tick decides, so that one that comes just while its window is judged is counted too.
   */
  #late(contributions: readonly Contribution[]): number {
    const until = this.#judgedUntil();
    return contributions.filter(({ window }) => decisionTime(window, defaultDetectionPolicy) <= until).length;
  }

  /** Windows whose verdicts count from this time or earlier are due to be judged, epoch seconds. */
  #judgedUntil(): number {
    return Math.floor(this.parts.clock() / 1000) - defaultDetectionPolicy.deliverySeconds;
  }

  #tellBatch(
    { logStream }: { logStream: string },
    records: RecordCounts,
    sip: number,
    { written, late }: { written: number; late: number },
  ): void {
    const { telemetry } = this.parts;
    telemetry.metric('RecordsRead', records.read);
    telemetry.metric('SipRecords', sip);
    telemetry.metric('MalformedRecords', records.malformed);
    telemetry.metric('SkippedRecords', records.skipData);
    telemetry.metric('LateContributions', late);
    telemetry.info('batch', { logStream, records, sip, written, late });
    if (records.malformed > 0) {
      telemetry.warn('records that cannot be read: does the log have the format that was configured?', {
        logStream,
        causes: records.malformedByCause,
        format: this.parts.format.toString(),
      });
    }
    if (records.skipData > 0)
      telemetry.warn('AWS lost flow-log records: blind, not quiet', {
        logStream,
        intervals: records.skipData,
      });
  }

  async #tick(remainingMs: () => number): Promise<DetectorOutcome> {
    const { ledger, deployment } = this.parts;
    const judge = judgeContextOf(deployment, await ledger.allowedCidrs());
    const report = await judgePending({
      ledger,
      judge,
      ban: parseBanPolicy(deployment.ban),
      until: this.#judgedUntil(),
      mayGoOn: () => remainingMs() > RESERVE_MS,
      onVerdict: this.#tellVerdict(),
    });
    const { telemetry } = this.parts;
    telemetry.metric('WindowsJudged', report.windows);
    telemetry.metric('ProbeSources', report.probeSources);
    telemetry.metric('ProbePackets', report.probePackets);
    telemetry.metric('NewBans', report.bans);
    telemetry.metric('Suspects', report.suspects);
    if (report.unfinished)
      telemetry.warn('out of time: the rest is judged at the next tick', { windows: report.windows });
    return { kind: 'tick', ...report };
  }

  #tellVerdict() {
    const { telemetry, onVerdict } = this.parts;
    return (verdict: Verdict, ban: Ban | undefined): void => {
      const { source, score, trust } = verdict;
      telemetry.info(ban === undefined ? verdict.kind : 'ban', {
        source,
        score,
        reasons: verdict.evidence.map(({ rule, detail }) => `${rule}: ${detail}`),
        ...(trust !== undefined && { trust }),
        ...(ban && { expiresAt: ban.expiresAt, offence: ban.offence }),
      });
      onVerdict?.(verdict, ban);
    };
  }
}

/** An event that is neither log records nor a tick: to take it for a tick would lose what it carries. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';
  constructor() {
    super(
      'the event is neither of a CloudWatch Logs subscription nor of an EventBridge schedule: check what invokes detect',
    );
  }
}

/** EventBridge's scheduled events come from `aws.events` (EventBridge user guide, *Scheduled rules*). */
function isScheduledEvent(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'source' in event && event.source === 'aws.events';
}
