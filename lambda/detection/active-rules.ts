import type { DetectionPolicy, RuleSetting } from './policy';
import { type NetworkRule, RULES, type SourceRule } from './rules';

/** A rule that is on, with its thresholds. */
interface Active<R> {
  readonly rule: R;
  readonly values: RuleSetting['values'];
}

interface ActiveRules {
  readonly source: readonly Active<SourceRule>[];
  readonly network: readonly Active<NetworkRule>[];
}

const known = new WeakMap<DetectionPolicy, ActiveRules>();

/** The rules that are on, in their order; worked out once for each policy. */
export function activeRules(policy: DetectionPolicy): ActiveRules {
  let active = known.get(policy);
  if (active === undefined) {
    const on = RULES.flatMap((rule) => {
      const setting = policy.rules[rule.id];
      return setting?.enabled === true ? [{ rule, values: setting.values }] : [];
    });
    active = {
      source: on.flatMap(({ rule, values }) => (rule.kind === 'source' ? [{ rule, values }] : [])),
      network: on.flatMap(({ rule, values }) => (rule.kind === 'network' ? [{ rule, values }] : [])),
    };
    known.set(policy, active);
  }
  return active;
}
