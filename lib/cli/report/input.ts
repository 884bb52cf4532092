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
}
