import type { z } from 'zod';
import { DEPLOYED_FORMAT } from '../../lambda/flow-log/format';
import { conflictsBetween, problemsWithin } from './cross-checks';
import { problemsFromIssues, valueAt } from './issues';
import { ConfigurationError, type ConfigurationProblem } from './problem';
import { type ParsedEnvironment, environmentSchema } from './schema';
import { knownKeysAt, likeliestAlternative } from './schema-walk';
import type { ValidSections } from './sections';
import { slotsOf } from './slots';

/** Custom format of the flow logs that the stacks create: field names in order, versions 2 to 5. */
export const DEPLOYED_FLOW_LOG_FORMAT = DEPLOYED_FORMAT;

/** A validated environment: defaults filled in, ranges parsed, CIDRs canonical. Never mutated. */
export interface Environment extends Omit<ParsedEnvironment, 'networkAcl'> {
  readonly name: string;
  readonly networkAcl: Omit<ParsedEnvironment['networkAcl'], 'slots'> & {
    /** Most deny entries per family, given or computed. */
    readonly slots: { readonly ipv4: number; readonly ipv6: number };
  };
}

/** What holds wherever an environment is deployed: not the account, nor the network by its identifiers. */
export type EnvironmentSettings = Omit<Environment, 'account' | 'region' | 'vpc' | 'voiceSubnets'>;

/** A name that is safe in stack names, metric dimensions and parameter paths. */
const ENVIRONMENT_NAME = /^[A-Za-z][A-Za-z0-9-]{0,39}$/;

/**
 * Validates the `environments` object of `cdk.json`.
 * @throws ConfigurationError with every problem of every environment
 */
export function parseEnvironments(input: unknown): Environment[] {
  const entries = isObject(input) ? Object.entries(input) : [];
  if (entries.length === 0) {
    const reason = 'is missing or empty in the context of cdk.json: add an object of environments by name';
    throw new ConfigurationError([{ environment: undefined, key: 'environments', reason }]);
  }
  const sections = entries.map(([name, raw]) => ({ name, sections: validSections(raw) }));
  const problems = [
    ...entries.flatMap(([name, raw], i) => problemsOf(name, raw, sections[i]?.sections ?? {})),
    ...conflictsBetween(sections),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return entries.map(([name, raw]) => resolve(name, environmentSchema.parse(raw)));
}

/** Where a construct is used, its VPC is a construct too: nothing here may look at this one. */
const STAND_IN = { create: '10.0.0.0/16' };

/**
 * Validates the settings of an environment whose account and network are the caller's constructs.
 * @param raw keys of an environment, without `account`, `region`, `vpc`, `voiceSubnets` and `networkAcl.ids`
 * @throws ConfigurationError with every problem
 */
export function parseSettings(name: string, raw: Readonly<Record<string, unknown>>): EnvironmentSettings {
  const [environment] = parseEnvironments({ [name]: { ...raw, vpc: STAND_IN } });
  if (environment === undefined) throw new Error('one environment goes in and one comes out');
  return environment;
}

/**
 * The environment of that name.
 * @throws ConfigurationError naming the known ones
 */
export function selectEnvironment(environments: readonly Environment[], name: string): Environment {
  const found = environments.find((each) => each.name === name);
  if (found) return found;
  const known = environments.map((each) => `"${each.name}"`).join(', ');
  const reason = `there is no environment of that name in cdk.json: write one of ${known}`;
  throw new ConfigurationError([{ environment: name, key: '', reason }]);
}

function problemsOf(name: string, raw: unknown, sections: ValidSections): ConfigurationProblem[] {
  return [
    ...nameProblems(name),
    ...problemsFromIssues(name, raw, issuesOf(raw), (path) => knownKeysAt(environmentSchema, path)),
    ...problemsWithin(sections).map((problem) => ({ environment: name, ...problem })),
  ];
}

/**
 * What the schema finds. Where a key has alternatives, what it finds in the one that was meant: zod reports a union as a
 * whole, and a person needs to know which key is wrong.
 */
function issuesOf(raw: unknown): z.core.$ZodIssue[] {
  const result = environmentSchema.safeParse(raw);
  if (result.success) return [];
  const unions = isObject(raw)
    ? (['vpc', 'flowLogs'] as const)
        .map((key) => ({ key, value: raw[key] }))
        .filter(({ value }) => value !== undefined)
    : [];
  const others = result.error.issues.filter(({ path }) => !unions.some(({ key }) => key === path[0]));
  const within = unions.flatMap(({ key, value }) => {
    const meant = likeliestAlternative(environmentSchema.shape[key], value).safeParse(value);
    return (meant.error?.issues ?? []).map((issue) => ({ ...issue, path: [key, ...issue.path] }));
  });
  return [...others, ...within];
}

function nameProblems(name: string): ConfigurationProblem[] {
  if (ENVIRONMENT_NAME.test(name)) return [];
  const reason =
    'is not a name for an environment: begin with a letter and use letters, digits and hyphens, 40 at most';
  return [{ environment: name, key: '', reason }];
}

/** What is valid by itself, so that keys are checked against each other although another one is wrong. */
function validSections(raw: unknown): ValidSections {
  if (!isObject(raw)) return {};
  const valid = Object.entries(environmentSchema.shape).flatMap(([key, schema]) => {
    const result = schema.safeParse(withoutUnknownKeys(schema, raw[key]));
    return result.success ? [[key, result.data] as const] : [];
  });
  return Object.fromEntries(valid);
}

/** The value without the keys that the schema does not know; they are reported, and need not hide another problem. */
function withoutUnknownKeys(schema: z.ZodType, value: unknown): unknown {
  const issues = schema.safeParse(value).error?.issues ?? [];
  const known = structuredClone(value);
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const holder = valueAt(known, issue.path);
    if (isObject(holder)) for (const key of issue.keys) Reflect.deleteProperty(holder, key);
  }
  return known;
}

function resolve(name: string, parsed: ParsedEnvironment): Environment {
  return { ...parsed, name, networkAcl: { ...parsed.networkAcl, slots: slotsOf(parsed.networkAcl) } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
