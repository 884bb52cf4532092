import type { DetectionPolicy } from './policy';
import type { Topology } from './topology';

/** What is known of a window, whoever the source. */
export interface WindowContext {
  readonly policy: DetectionPolicy;
  readonly topology: Topology;
  /** End of the window being folded, epoch seconds. */
  readonly windowEnd: number;
  /** Whether detection has watched for long enough to count never having seen a source. */
  readonly isWarm: boolean;
  /** Whether the own address is known to answer SIP, the grace after the window included. */
  readonly answers: (own: string) => boolean;
}
