import type { StatusDocument } from '../operate/status-document';
import type { ReplayReport } from '../replay/text';

/** SIP packets that came from one source in one window. */
export interface WindowPackets {
  /** Window start, epoch seconds. */
  readonly window: number;
  readonly packets: number;
}

/**
 * What the report is made from: a replay's outcome and, where the caller has it, when each source was heard.
 * Without `activity` the page counts evidence instead of packets and times bans from the first evidence.
 */
export interface ReportInput extends ReplayReport {
  /** By the source's key, windows in order. Sources that are neither banned nor suspect may be left out. */
  readonly activity?: ReadonlyMap<string, readonly WindowPackets[]>;
  /** Whether the bans were enforced in a run, as `ringfence local` does. @default false: nothing was changed */
  readonly enforced?: boolean;
  /**
   * The state of a deployed environment, whose ledger this is about: bans in force instead of a log's. Records,
   * suspects and earlier bans are not known then, and nothing is said of them.
   */
  readonly environment?: StatusDocument;
}
