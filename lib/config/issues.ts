import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { type ConfigurationProblem, formatKeyPath } from './problem';

type Issue = z.core.$ZodIssue;

/** Turns what the schema found in one environment into problems that name key, value, form and remedy. */
export function problemsFromIssues(
  environment: string,
  input: unknown,
  issues: readonly Issue[],
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): ConfigurationProblem[] {
  return issues.flatMap((issue): ConfigurationProblem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(environment, [...issue.path, key], knownKeys(issue.path)));
    }
    const value = valueAt(input, issue.path);
    return [{ environment, key: formatKeyPath(issue.path), value, reason: reasonFor(issue, value) }];
  });
}

function unknownKey(
  environment: string,
  path: readonly PropertyKey[],
  known: readonly string[],
): ConfigurationProblem {
  const key = String(path.at(-1));
  return {
    environment,
    key: formatKeyPath(path),
    reason: `is not a key that Ringfence knows: ${suggestion(key, known)}`,
  };
}

/** The nearest known name where one is near, else all of them. */
function suggestion(name: string, known: readonly string[]): string {
  const steps = (each: string): number => editSteps(name.toLowerCase(), each.toLowerCase());
  const [nearest] = [...known].sort((a, b) => steps(a) - steps(b));
  const near = nearest !== undefined && steps(nearest) <= Math.max(name.length, nearest.length) / 2;
  return near ? `did you mean "${nearest}"?` : `choose one of ${known.map((each) => `"${each}"`).join(', ')}`;
}

/** Letters to change; none where one is the beginning of the other, as in `target` and `targetPort`. */
function editSteps(name: string, known: string): number {
  return name.length > 2 && known.startsWith(name) ? 0 : distance(name, known);
}

/** What stands at the path, or undefined where it leads nowhere. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isRecord(value) ? (value as Record<PropertyKey, unknown>)[key] : undefined),
    input,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What zod's own checks say, in our words: the bound and what to write. */
function reasonFor(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined
        ? `is missing: add it as ${TYPE_NAMES[issue.expected] ?? issue.expected}`
        : `has the wrong type: write ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `is below the bound: write ${sizeOf(issue.origin)}at least ${String(issue.minimum)}`;
    case 'too_big':
      return `is above the bound: write ${sizeOf(issue.origin)}at most ${String(issue.maximum)}`;
    case 'not_multiple_of':
      return `is not a multiple of ${issue.divisor}: round it to one`;
    case 'invalid_value':
      // A message of ours names the choices of all alternatives; zod's own knows those of one.
      if (!issue.message.startsWith('Invalid')) return issue.message;
      return `is not a choice: write ${issue.values.map((each) => JSON.stringify(each)).join(' or ')}`;
    case 'invalid_format':
      return issue.format === 'email' ? 'is not an e-mail address: write name@example.com' : issue.message;
    default:
      return issue.message;
  }
}

function sizeOf(origin: string): string {
  return origin === 'array' ? 'a list whose length is ' : 'a number that is ';
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'an object in { }',
};
