import type { Ban } from '../blacklist/ban';
import { parseBanPolicy } from '../blacklist/ban-policy';
import { judgePending, type JudgeReport } from '../blacklist/judge-pending';
import type { Ledger } from '../blacklist/ledger';
import {
  defaultDetectionPolicy,
  type JudgeContext,
  judgeContextOf,
  type Topology,
  topologyOf,
  type Verdict,
} from '../detection';
import type { Deployment } from '../enforcement/deployment';
import {
  type CloudWatchLogsEvent,
  type FlowLogFormat,
  isCloudWatchLogsEvent,
  scanCloudWatchPayload,
} from '../flow-log';
import { type BatchOutcome, RecordBatch, type RecordBatchParts } from './record-batch';
import type { Telemetry } from './telemetry';

/** What the detector works with: made by a composition root, replaced in tests. */
export interface DetectorParts {
  readonly ledger: Ledger;
  readonly deployment: Deployment;
  readonly format: FlowLogFormat;
  readonly telemetry: Telemetry;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** How long records may be on their way, seconds. @default that of CloudWatch Logs */
  readonly deliverySeconds?: number;
  /** Told of each verdict, with the ban it led to. */
  readonly onVerdict?: (verdict: Verdict, ban: Ban | undefined) => void;
}

/** What a batch or a tick did, for the caller and for tests. */
export type DetectorOutcome =
  | { readonly kind: 'control' }
  | ({ readonly kind: 'batch' } & BatchOutcome)
  | ({ readonly kind: 'tick' } & JudgeReport);

/** Time a run keeps back to end cleanly before it is cut off, milliseconds. */
const RESERVE_MS = 10_000;

/**
 * The detect function without its surroundings: a batch of records becomes contributions in the ledger, a tick judges
 * the windows that have closed. Batches only add, so any number of detectors may work at once, and a batch delivered
 * again adds nothing (invariant I7).
 */
export class Detector {
  readonly #topology: Topology;

  constructor(private readonly parts: DetectorParts) {
    this.#topology = topologyOf(parts.deployment);
  }

  /**
   * @param event a CloudWatch Logs subscription event, or one of an EventBridge schedule for a tick
   * @param remainingMs how long this invocation may still take, milliseconds
   * @throws PayloadError, UnknownEventError or LedgerUnavailableError: Lambda retries, and then passes the event on to
   * the failure queue
   */
  async handle(event: unknown, remainingMs: () => number): Promise<DetectorOutcome> {
    if (isScheduledEvent(event)) return this.tick(remainingMs);
    if (!isCloudWatchLogsEvent(event)) throw new UnknownEventError();
    return this.#payload(event);
  }

  /** The records of one payload. All of them are one batch: they come together, and again together. */
  async #payload(event: CloudWatchLogsEvent): Promise<DetectorOutcome> {
    const { format } = this.parts;
    const batch = this.batch({ format: format.toString() });
    const payload = scanCloudWatchPayload(event, batch.scanner, format);
    if (payload.kind === 'control') return { kind: 'control' };
    return { kind: 'batch', ...(await batch.end(payload.digest, { logStream: payload.logStream })) };
  }

  /**
   * An empty batch.
   * @param options.format the fields that were configured, where nothing in the records says it
   */
  batch(options: Pick<RecordBatchParts, 'format' | 'cut'>): RecordBatch {
    const { ledger, telemetry } = this.parts;
    return new RecordBatch({
      ledger,
      telemetry,
      topology: this.#topology,
      judgedUntil: () => this.#judgedUntil(),
      ...options,
    });
  }

  /** Windows whose verdicts count from this time or earlier are due to be judged, epoch seconds. */
  #judgedUntil(): number {
    const { clock, deliverySeconds = defaultDetectionPolicy.deliverySeconds } = this.parts;
    return Math.floor(clock() / 1000) - deliverySeconds;
  }

  /** Judges the windows that have closed. @param remainingMs how long this invocation may still take */
  async tick(remainingMs: () => number): Promise<DetectorOutcome> {
    const { ledger, deployment } = this.parts;
    const judge = judgeContextOf(deployment, await ledger.allowedCidrs());
    const allowlisted = new Set<string>();
    const report = await judgePending({
      ledger,
      judge,
      ban: parseBanPolicy(deployment.ban),
      until: this.#judgedUntil(),
      mayGoOn: () => remainingMs() > RESERVE_MS,
      onVerdict: (verdict, ban) => {
        if (isAllowlistedProbe(verdict, judge)) allowlisted.add(verdict.key);
        this.#tellVerdict(verdict, ban);
      },
    });
    const { telemetry } = this.parts;
    telemetry.metric('WindowsJudged', report.windows);
    telemetry.metric('ProbeSources', report.probeSources);
    telemetry.metric('ProbePackets', report.probePackets);
    telemetry.metric('NewBans', report.bans);
    telemetry.metric('Suspects', report.suspects);
    telemetry.metric('AllowlistedProbes', allowlisted.size);
    if (report.unfinished)
      telemetry.warn('out of time: the rest is judged at the next tick', { windows: report.windows });
    return { kind: 'tick', ...report };
  }

  #tellVerdict(verdict: Verdict, ban: Ban | undefined): void {
    const { telemetry, onVerdict } = this.parts;
    const { source, score, trust } = verdict;
    telemetry.info(ban === undefined ? verdict.kind : 'ban', {
      source,
      score,
      reasons: verdict.evidence.map(({ rule, detail }) => `${rule}: ${detail}`),
      ...(trust !== undefined && { trust }),
      ...(ban && { expiresAt: ban.expiresAt, offence: ban.offence }),
    });
    onVerdict?.(verdict, ban);
  }
}

/** Whether only the allowlist keeps the source from being a probe: a carrier's monitor, or somebody within it to talk to. */
function isAllowlistedProbe({ kind, score, source }: Verdict, { allowlist, policy }: JudgeContext): boolean {
  return kind !== 'probe' && score >= policy.probeScore && allowlist.containsText(source);
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
export function isScheduledEvent(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'source' in event && event.source === 'aws.events';
}
