import type { DetectionPolicy } from './policy';

/** When a window's verdicts count from: its end plus the grace, epoch seconds. */
export function decisionTime(
  window: number,
  policy: Pick<DetectionPolicy, 'windowSeconds' | 'graceSeconds'>,
): number {
  return window + policy.windowSeconds + policy.graceSeconds;
}
