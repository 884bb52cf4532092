import { BUCKET_SECONDS, DAY, type DetectionPolicy, HOUR } from './policy';
import { DetectionPolicyError } from './policy-error';
import { checkRuleSettings } from './rule-settings';

interface Bound {
  readonly name: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly unit: string;
  /** @default true */
  readonly whole?: boolean;
}

const YEAR = 365 * DAY;
/** Media and answers are remembered to the hour, so a shorter memory would lapse in the middle of a call. */
const SHORTEST_MEMORY_SECONDS = 2 * HOUR;
/** More than any flow record can hold. */
const MANY = 1_000_000;

/**
 * @returns the policy, when every number is within its bounds
 * @throws DetectionPolicyError quoting the value and the bound
 */
export function checkDetectionPolicy(policy: DetectionPolicy): DetectionPolicy {
  for (const bound of bounds(policy)) requireWithin(bound);
  if (policy.graceSeconds % policy.windowSeconds !== 0) {
    throw new DetectionPolicyError(
      `graceSeconds is ${policy.graceSeconds}: write a multiple of windowSeconds, ${policy.windowSeconds}, or the last window of the grace would reach past the decision`,
    );
  }
  checkRuleSettings(policy.rules);
  return policy;
}

function requireWithin({ name, value, least, most, unit, whole = true }: Bound): void {
  if (value >= least && value <= most && (!whole || Number.isSafeInteger(value))) return;
  throw new DetectionPolicyError(
    `${name} is ${value}: write a ${whole ? 'whole ' : ''}number of ${unit} from ${least} to ${most}`,
  );
}

function bounds(policy: DetectionPolicy): Bound[] {
  return [...clockBounds(policy), ...memoryBounds(policy), ...trustBounds(policy), ...sizeBounds(policy)];
}

function clockBounds(policy: DetectionPolicy): Bound[] {
  const points = { name: 'probeScore', value: policy.probeScore, unit: 'points', whole: false };
  return [
    seconds('windowSeconds', policy.windowSeconds, 1, HOUR),
    seconds('graceSeconds', policy.graceSeconds, 0, HOUR),
    seconds('deliverySeconds', policy.deliverySeconds, 0, DAY),
    seconds('learningSeconds', policy.learningSeconds, 0, 7 * DAY),
    { ...points, least: 1, most: MANY },
  ];
}

function memoryBounds(policy: DetectionPolicy): Bound[] {
  return [
    seconds('evidenceSeconds', policy.evidenceSeconds, policy.windowSeconds, YEAR),
    seconds('answeringSeconds', policy.answeringSeconds, SHORTEST_MEMORY_SECONDS, YEAR),
    seconds('weightHalfLifeSeconds', policy.weightHalfLifeSeconds, 1, YEAR),
    seconds('contactSeconds', policy.contactSeconds, SHORTEST_MEMORY_SECONDS, YEAR),
  ];
}

function trustBounds({ mediaTrust, established, acquainted }: DetectionPolicy): Bound[] {
  const buckets = { name: 'established.buckets', value: established.buckets };
  return [
    packets('mediaTrust.packets', mediaTrust.packets, 1),
    seconds('mediaTrust.seconds', mediaTrust.seconds, SHORTEST_MEMORY_SECONDS, YEAR),
    packets('established.maxPacketsPerMinute', established.maxPacketsPerMinute, 0),
    seconds('established.seconds', established.seconds, BUCKET_SECONDS, YEAR),
    { ...buckets, unit: 'intervals', least: 1, most: MANY },
    seconds('acquainted.minAgeSeconds', acquainted.minAgeSeconds, 0, DAY),
    seconds('acquainted.seconds', acquainted.seconds, BUCKET_SECONDS, YEAR),
  ];
}

function sizeBounds({ sizes }: DetectionPolicy): Bound[] {
  // An IP packet is at most 65,535 bytes long; one of UDP without payload is 28.
  return [
    { name: 'sizes.emptyTcp', value: sizes.emptyTcp, unit: 'bytes', least: 40, most: 120 },
    { name: 'sizes.leastSip', value: sizes.leastSip, unit: 'bytes', least: 28, most: 300 },
    { name: 'sizes.leastOpening', value: sizes.leastOpening, unit: 'bytes', least: 300, most: 65_535 },
  ];
}

function seconds(name: string, value: number, least: number, most: number): Bound {
  return { name, value, least, most, unit: 'seconds' };
}

function packets(name: string, value: number, least: number): Bound {
  return { name, value, least, most: MANY, unit: 'packets' };
}
