import { z } from 'zod';
import { RULES } from '../../lambda/detection/rules';
import type { Rule, Threshold } from '../../lambda/detection/rules';

/** The configuration of one rule: on or off, and each threshold within its bounds. */
function ruleSchema({ about, thresholds }: Rule) {
  const shape = Object.fromEntries(
    Object.entries(thresholds).map(([name, threshold]) => [name, thresholdSchema(threshold)]),
  );
  return z
    .strictObject({
      enabled: z
        .boolean()
        .optional()
        .describe(sentence(`Whether the rule is on (it is unless you say \`false\`). It looks for ${about}`)),
      ...shape,
    })
    .optional();
}

function thresholdSchema({ least, most, unit, about, fraction, default: value }: Threshold) {
  const number = fraction === true ? z.number() : z.int();
  const what = sentence(`${unit.charAt(0).toUpperCase()}${unit.slice(1)} ${about}`);
  return number.min(least).max(most).optional().describe(`${what} Without it, ${value}.`);
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

const rules = z.strictObject(Object.fromEntries(RULES.map((rule) => [rule.id, ruleSchema(rule)]))).optional();

/** How detection differs from the default in an environment. */
export const detection = z.strictObject({
  probeScore: z
    .number()
    .min(1)
    .max(1000)
    .optional()
    .describe('Score of evidence from which a source is a probe and banned. Without it, 10.'),
  learningSeconds: z
    .int()
    .min(0)
    .max(7 * 86_400)
    .optional()
    .describe(
      'Seconds that detection watches before it holds it against a source that it was never seen before. Without it, 3600.',
    ),
  rules,
});
