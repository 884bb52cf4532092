import { checkDetectionPolicy } from './check-policy';
import { defaultDetectionPolicy } from './default-policy';
import type { DetectionPolicy } from './policy';
import { changedRuleSettings, type RuleChange } from './rule-settings';

/** How an environment's detection differs from the default. */
export interface DetectionChanges {
  /** Score from which a source is a probe. */
  readonly probeScore?: number | undefined;
  /** How long detection watches before it counts never having seen a source, seconds. */
  readonly learningSeconds?: number | undefined;
  /** By rule id: on or off, and thresholds. */
  readonly rules?: Readonly<Record<string, RuleChange>> | undefined;
}

/**
 * The default policy with an environment's changes.
 * @throws DetectionPolicyError naming the rule or number, its value and the bound
 */
export function changedPolicy(changes: DetectionChanges = {}): DetectionPolicy {
  const { probeScore, learningSeconds, rules = {} } = changes;
  return checkDetectionPolicy({
    ...defaultDetectionPolicy,
    ...(probeScore !== undefined && { probeScore }),
    ...(learningSeconds !== undefined && { learningSeconds }),
    rules: changedRuleSettings(defaultDetectionPolicy.rules, rules),
  });
}
