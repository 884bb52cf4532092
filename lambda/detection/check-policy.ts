import { BUCKET_SECONDS, type DetectionPolicy } from './policy';
import { MAX_REMEMBERED } from './source-state';

/** A detection policy that cannot be meant. The message quotes the value and the bound. */
export class DetectionPolicyError extends Error {
  override readonly name = 'DetectionPolicyError';
}

interface Bound {
  readonly name: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly unit: string;
  /** @default true */
  readonly whole?: boolean;
}

const HOUR = 3600;
const YEAR = 365 * 24 * HOUR;
/** Media and answers are remembered to the hour, so a shorter memory would lapse in the middle of a call. */
const SHORTEST_MEMORY_SECONDS = 2 * HOUR;
/** More than any flow record can hold. */
const MANY = 1_000_000;

/**
 * @returns the policy, when every threshold is within its bounds
 * @throws DetectionPolicyError quoting the value and the bound
 */
export function checkDetectionPolicy(policy: DetectionPolicy): DetectionPolicy {
  for (const bound of bounds(policy)) requireWithin(bound);
  if (policy.graceSeconds % policy.windowSeconds !== 0) {
    throw new DetectionPolicyError(
      `graceSeconds is ${policy.graceSeconds}: write a multiple of windowSeconds, ${policy.windowSeconds}, or the last window of the grace would reach past the decision`,
    );
  }
  return policy;
}

function requireWithin({ name, value, least, most, unit, whole = true }: Bound): void {
  if (value >= least && value <= most && (!whole || Number.isSafeInteger(value))) return;
  throw new DetectionPolicyError(
    `${name} is ${value}: write a ${whole ? 'whole ' : ''}number of ${unit} from ${least} to ${most}`,
  );
}

function bounds(policy: DetectionPolicy): Bound[] {
  return [...clockBounds(policy), ...memoryBounds(policy), ...ruleBounds(policy), ...trustBounds(policy)];
}

function clockBounds({ windowSeconds, graceSeconds, deliverySeconds }: DetectionPolicy): Bound[] {
  return [
    seconds('windowSeconds', windowSeconds, 1, HOUR),
    seconds('graceSeconds', graceSeconds, 0, HOUR),
    seconds('deliverySeconds', deliverySeconds, 0, 24 * HOUR),
  ];
}

function memoryBounds(policy: DetectionPolicy): Bound[] {
  const { windowSeconds } = policy;
  return [
    seconds('evidenceSeconds', policy.evidenceSeconds, windowSeconds, YEAR),
    seconds('answeringSeconds', policy.answeringSeconds, SHORTEST_MEMORY_SECONDS, YEAR),
    seconds('weightHalfLifeSeconds', policy.weightHalfLifeSeconds, 1, YEAR),
    seconds('darkAddresses.shortSeconds', policy.darkAddresses.shortSeconds, windowSeconds, YEAR),
    // Touches are remembered for the longer time, so the shorter one cannot reach further.
    seconds(
      'darkAddresses.longSeconds',
      policy.darkAddresses.longSeconds,
      policy.darkAddresses.shortSeconds,
      YEAR,
    ),
    seconds('repeatedAnswers.seconds', policy.repeatedAnswers.seconds, BUCKET_SECONDS, 24 * HOUR),
    seconds('portSpread.seconds', policy.portSpread.seconds, windowSeconds, YEAR),
    seconds('networkSweep.seconds', policy.networkSweep.seconds, windowSeconds, YEAR),
    seconds('mediaTrust.seconds', policy.mediaTrust.seconds, SHORTEST_MEMORY_SECONDS, YEAR),
    seconds('established.seconds', policy.established.seconds, BUCKET_SECONDS, YEAR),
  ];
}

function ruleBounds(policy: DetectionPolicy): Bound[] {
  const { darkAddresses, repeatedAnswers, flowRate, portSpread, networkSweep } = policy;
  const points = { name: 'probeScore', value: policy.probeScore, unit: 'points', whole: false };
  const ratio = { name: 'repeatedAnswers.ratio', value: repeatedAnswers.ratio, whole: false };
  return [
    { ...points, least: 1, most: MANY },
    remembered('darkAddresses.short', darkAddresses.short, 'addresses'),
    remembered('darkAddresses.long', darkAddresses.long, 'addresses'),
    // Below 1 a peer that we answer once for each request would be one.
    { ...ratio, unit: 'packets to one', least: 1, most: MANY },
    packets('repeatedAnswers.minPackets', repeatedAnswers.minPackets, 1),
    // What is fast enough to accuse must not count as ordinary.
    packets(
      'flowRate.packetsPerMinute',
      flowRate.packetsPerMinute,
      policy.established.maxPacketsPerMinute + 1,
    ),
    remembered('portSpread.ports', portSpread.ports, 'ports'),
    remembered('portSpread.addresses', portSpread.addresses, 'addresses'),
    remembered('networkSweep.sources', networkSweep.sources, 'sources'),
    remembered('networkSweep.addresses', networkSweep.addresses, 'addresses'),
  ];
}

function trustBounds({ mediaTrust, established }: DetectionPolicy): Bound[] {
  const buckets = { name: 'established.buckets', value: established.buckets };
  return [
    packets('mediaTrust.packets', mediaTrust.packets, 1),
    packets('established.maxPacketsPerMinute', established.maxPacketsPerMinute, 0),
    { ...buckets, unit: 'intervals', least: 1, most: MANY },
  ];
}

function seconds(name: string, value: number, least: number, most: number): Bound {
  return { name, value, least, most, unit: 'seconds' };
}

function packets(name: string, value: number, least: number): Bound {
  return { name, value, least, most: MANY, unit: 'packets' };
}

/** A rule that needs more than is remembered could never find anything. */
function remembered(name: string, value: number, unit: string): Bound {
  return { name, value, least: 1, most: MAX_REMEMBERED, unit };
}
