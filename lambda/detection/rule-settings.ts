import { DetectionPolicyError } from './policy-error';
import type { RuleSetting, RuleSettings } from './policy';
import { type Rule, RULES, type Threshold } from './rules';

/** Changes to one rule as an environment writes them: `{ "enabled": false }`, or thresholds by name. */
export type RuleChange = Readonly<Record<string, number | boolean>>;

/** Every rule on, every threshold at its default. */
export function defaultRuleSettings(): RuleSettings {
  return Object.fromEntries(
    RULES.map(({ id, thresholds }) => [
      id,
      {
        enabled: true,
        values: Object.fromEntries(
          Object.entries(thresholds).map(([name, { default: value }]) => [name, value]),
        ),
      },
    ]),
  );
}

/**
 * The settings with an environment's changes.
 * @throws DetectionPolicyError naming the rule, the threshold, the value and the bound
 */
export function changedRuleSettings(
  settings: RuleSettings,
  changes: Readonly<Record<string, RuleChange>>,
): RuleSettings {
  const changed = Object.entries(changes).map(([id, change]): [string, RuleSetting] => {
    const setting = settings[id];
    if (setting === undefined) {
      throw new DetectionPolicyError(
        `there is no detection rule "${id}": the rules are ${RULES.map((rule) => rule.id).join(', ')}`,
      );
    }
    return [id, changedSetting(id, setting, change)];
  });
  return { ...settings, ...Object.fromEntries(changed) };
}

function changedSetting(id: string, setting: RuleSetting, { enabled, ...values }: RuleChange): RuleSetting {
  if (enabled !== undefined && typeof enabled !== 'boolean') {
    throw new DetectionPolicyError(
      `detection rule ${id}: enabled is ${String(enabled)}: write true or false`,
    );
  }
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'number') {
      throw new DetectionPolicyError(`detection rule ${id}: ${name} is ${String(value)}: write a number`);
    }
  }
  const all = { ...setting.values, ...(values as Record<string, number>) };
  return { enabled: enabled ?? setting.enabled, values: all };
}

/**
 * Checks that every rule has a number for each of its thresholds, within its bounds, and nothing else.
 * @throws DetectionPolicyError naming the rule, the threshold, the value and the bound
 */
export function checkRuleSettings(settings: RuleSettings): void {
  for (const rule of RULES) {
    const setting = settings[rule.id];
    if (setting === undefined) throw new DetectionPolicyError(`detection rule ${rule.id} has no settings`);
    checkNames(rule, setting);
    for (const [name, threshold] of Object.entries(rule.thresholds)) {
      checkValue(rule.id, name, threshold, setting.values[name]);
    }
  }
}

function checkNames({ id, thresholds }: Rule, { values }: RuleSetting): void {
  for (const name of Object.keys(values)) {
    if (Object.hasOwn(thresholds, name)) continue;
    throw new DetectionPolicyError(
      `detection rule ${id} has no "${name}": it has enabled, ${Object.keys(thresholds).join(', ')}`,
    );
  }
}

function checkValue(id: string, name: string, threshold: Threshold, value: number | undefined): void {
  const { least, most, unit, fraction } = threshold;
  const isNumber = value !== undefined && value >= least && value <= most;
  if (isNumber && (fraction === true || Number.isSafeInteger(value))) return;
  const kind = fraction === true ? 'number' : 'whole number';
  throw new DetectionPolicyError(
    `detection rule ${id}: ${name} is ${String(value)}: write a ${kind} of ${unit} from ${least} to ${most}`,
  );
}
