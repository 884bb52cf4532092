import * as z from '../schema';
import { tryParseCidr } from '../address';
import { changedPolicy } from '../detection';
import { DurationError, parseDuration } from '../blacklist/duration';

/** First and last rule number that Ringfence owns in a network ACL, both included. */
export interface RuleNumberRange {
  readonly first: number;
  readonly last: number;
}

/** Greatest rule number a customer may use (VPC user guide, *Network ACL rules*); the final denies come after it. */
export const LAST_RULE_NUMBER = 32_766;
/** Most rules a family and direction can be granted in one network ACL, the final deny included (VPC quotas). */
export const MAX_QUOTA = 40;

/** A deployment document that cannot be used. Every problem names the key, the value and the remedy. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
  constructor(readonly problems: readonly string[]) {
    super(`the deployment document is not valid: ${problems.join('; ')}`);
  }
}

const RULE_NUMBERS_REMEDY = `write the first and the last owned rule number, like 1-50, between 1 and ${LAST_RULE_NUMBER}`;

function tryParseRuleNumbers(text: string): RuleNumberRange | undefined {
  const match = /^([1-9]\d{0,4})-([1-9]\d{0,4})$/.exec(text);
  const range = { first: Number(match?.[1]), last: Number(match?.[2]) };
  return range.first <= range.last && range.last <= LAST_RULE_NUMBER ? range : undefined;
}

/**
 * Parses owned rule numbers as configured, `1-50`.
 * @throws DeploymentError naming the value and what to write instead
 */
export function parseRuleNumbers(text: string): RuleNumberRange {
  const range = tryParseRuleNumbers(text);
  if (range !== undefined) return range;
  throw new DeploymentError([`ruleNumbers: ${JSON.stringify(text)}: ${RULE_NUMBERS_REMEDY}`]);
}

/** The remedy becomes the message of every way to get the value wrong; `describe` below adds key and value. */
const text = (remedy: string) => z.string({ error: remedy }).check(z.minLength(1, { error: remedy }));
const whole = (least: number, most: number, what: string) => {
  const error = `write a whole number of ${what} from ${least} to ${most}`;
  return z.int({ error }).check(z.minimum(least, { error }), z.maximum(most, { error }));
};
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `write ${values.map((value) => `"${value}"`).join(' or ')}` });
const isCidr = (value: string): boolean => tryParseCidr(value) !== undefined;
const cidrs = z.readonly(
  z.array(
    text('write a CIDR like 198.51.100.0/24').check(
      z.refine(isCidr, {
        error: 'write a CIDR like 198.51.100.0/24 or 2001:db8::/32, without host bits',
      }),
    ),
    { error: 'write a list of CIDRs' },
  ),
);

const PORT_RANGE = /^(\d{1,5})-(\d{1,5})$/;
function isPortRange(value: string): boolean {
  const match = PORT_RANGE.exec(value);
  return (
    match !== null &&
    Number(match[1]) >= 1 &&
    Number(match[1]) <= Number(match[2]) &&
    Number(match[2]) <= 65_535
  );
}

function isDuration(value: string): boolean {
  try {
    return parseDuration(value) > 0;
  } catch (error) {
    if (error instanceof DurationError) return false;
    throw error;
  }
}
const DURATION_REMEDY = 'write a duration like 90s, 30m, 1h or 30d';
const duration = text(DURATION_REMEDY).check(z.refine(isDuration, { error: DURATION_REMEDY }));

const slots = z.strictObject({
  ipv4: whole(0, MAX_QUOTA - 1, 'slots'),
  ipv6: whole(0, MAX_QUOTA - 1, 'slots'),
});

const networkAcl = z
  .strictObject({
    id: text('write a network ACL ID like acl-0a1b2c3d4e5f60718').check(
      z.regex(/^acl-[0-9a-f]+$/, { error: 'write a network ACL ID like acl-0a1b2c3d4e5f60718' }),
    ),
    ruleNumbers: text(RULE_NUMBERS_REMEDY).check(
      z.refine((value) => tryParseRuleNumbers(value) !== undefined, { error: RULE_NUMBERS_REMEDY }),
    ),
    quota: whole(1, MAX_QUOTA, 'rules a direction and family, the final deny included,'),
    slots,
  })
  .check(
    z.refine((acl) => Math.max(acl.slots.ipv4, acl.slots.ipv6) < acl.quota, {
      path: ['slots'],
      error:
        'more slots than the quota leaves (one rule is the final deny): lower the slots or raise the quota',
    }),
  );

const ipSet = z.strictObject({
  name: text('write the name of the WAFv2 IP set'),
  id: text('write the ID of the WAFv2 IP set'),
  scope: oneOf(['REGIONAL', 'CLOUDFRONT']),
  family: oneOf(['IPV4', 'IPV6']),
});

const detection = z
  .strictObject({
    probeScore: z.optional(z.number()),
    learningSeconds: z.optional(z.number()),
    rules: z.optional(
      z.readonly(z.record(z.string(), z.record(z.string(), z.union([z.number(), z.boolean()])))),
    ),
  })
  .check(
    z.superRefine((changes, context) => {
      try {
        changedPolicy(changes);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
      }
    }),
  );

const FACTOR_REMEDY = 'write a number from 1';

const deploymentSchema = z.strictObject({
  environment: text('write the name of the environment'),
  mode: oneOf(['enforce', 'observe']),
  ledgerTable: text('write the name of the DynamoDB table'),
  exposure: oneOf(['proxy-only', 'open']),
  ownCidrs: cidrs,
  proxyRanges: cidrs,
  allowlist: cidrs,
  mediaRanges: z.optional(cidrs),
  sip: z.strictObject({
    ports: z.readonly(
      z.array(whole(1, 65_535, 'a port')).check(z.minLength(1, { error: 'write at least one SIP port' })),
    ),
    /** Ports that SIP was moved away from: among `ports`, closed, and a hit there is evidence (stale phones knock too). */
    tripwirePorts: z.optional(z.readonly(z.array(whole(1, 65_535, 'a port')))),
    rtp: text('write a port range like 10000-20000').check(
      z.refine(isPortRange, { error: 'write a port range like 10000-20000' }),
    ),
  }),
  detection: z.optional(detection),
  networkAcls: z.readonly(
    z.array(networkAcl).check(
      z.refine((acls) => new Set(acls.map(({ id }) => id)).size === acls.length, {
        error: 'name each network ACL once: two entries would fight over its rule numbers',
      }),
    ),
  ),
  ipSets: z.readonly(z.array(ipSet)),
  ban: z.strictObject({
    first: duration,
    factor: z.number({ error: FACTOR_REMEDY }).check(z.minimum(1, { error: FACTOR_REMEDY })),
    max: duration,
    maxNewPerHour: whole(1, 1_000_000, 'bans an hour'),
  }),
});

/** What is deployed: the document in the SSM parameter `/ringfence/<env>/deployment`. */
export type Deployment = z.infer<typeof deploymentSchema>;
/** One network ACL of the deployment. */
export type NetworkAclDeployment = Deployment['networkAcls'][number];
/** One WAFv2 IP set of the deployment. */
export type IpSetDeployment = Deployment['ipSets'][number];

/**
 * Checks a deployment document, already read as JSON.
 * @throws DeploymentError listing every problem; unknown keys are problems
 */
export function parseDeployment(document: unknown): Deployment {
  const result = deploymentSchema.safeParse(document);
  if (result.success) return result.data;
  throw new DeploymentError(result.error.issues.flatMap((issue) => describe(issue, document)));
}

/** One line a problem: `networkAcls.0.quota: 41: write a whole number …`. */
function describe(issue: z.core.$ZodIssue, document: unknown): string[] {
  const value = valueAt(document, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) =>
        `${[...issue.path, key].join('.')}: ${show(valueAt(value, [key]))}: no such key, remove it or correct its spelling`,
    );
  }
  return [`${issue.path.join('.') || 'document'}: ${show(value)}: ${issue.message}`];
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }, document);
}

function show(value: unknown): string {
  const shown = value === undefined ? 'missing' : JSON.stringify(value);
  return shown.length > 80 ? `${shown.slice(0, 77)}…` : shown;
}
