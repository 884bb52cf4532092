import { CidrSet } from '../address';
import { checkDetectionPolicy } from './check-policy';
import type { JudgeContext } from './window-input';
import { changedPolicy, type DetectionChanges } from './policy-changes';
import type { Topology } from './topology';

/** What detection has to know of an environment, as its configuration writes it. */
export interface Site {
  readonly ownCidrs: readonly string[];
  readonly proxyRanges: readonly string[];
  readonly mediaRanges?: readonly string[] | undefined;
  readonly allowlist: readonly string[];
  readonly sip: {
    readonly ports: readonly number[];
    /** Those of {@link ports} that SIP was moved away from: closed, a hit there is evidence. */
    readonly tripwirePorts?: readonly number[] | undefined;
    /** First and last RTP port, `10000-20000`. */
    readonly rtp: string;
  };
  /** How detection differs from the default here. */
  readonly detection?: DetectionChanges | undefined;
}

/** Something in a site's description that cannot be meant. The message names the value and the remedy. */
export class SiteError extends Error {
  override readonly name = 'SiteError';
}

/**
 * The effective allowlist: configuration, own CIDRs, proxy and media ranges, and what operators allowed (`allowed`).
 * @throws AddressError naming a CIDR that is none
 */
export function effectiveAllowlist(site: Site, allowed: readonly string[]): CidrSet {
  return CidrSet.parse([
    ...site.allowlist,
    ...site.ownCidrs,
    ...site.proxyRanges,
    ...(site.mediaRanges ?? []),
    ...allowed,
  ]);
}

/** @throws AddressError or SiteError when the site cannot be meant */
export function topologyOf(site: Site): Topology {
  return {
    own: CidrSet.parse(site.ownCidrs),
    sipPorts: new Set(site.sip.ports),
    rtp: parsePortRange(site.sip.rtp),
    tripwirePorts: new Set(site.sip.tripwirePorts),
  };
}

/**
 * The site with a policy, ready for the judge.
 * @throws AddressError, SiteError or DetectionPolicyError
 */
export function judgeContextOf(
  site: Site,
  allowed: readonly string[],
  policy = changedPolicy(site.detection),
): JudgeContext {
  return {
    policy: checkDetectionPolicy(policy),
    topology: topologyOf(site),
    allowlist: effectiveAllowlist(site, allowed),
  };
}

/**
 * Reads `10000-20000`.
 * @throws SiteError when it is not two ports in order
 */
export function parsePortRange(text: string): { first: number; last: number } {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  const range = { first: Number(match?.[1]), last: Number(match?.[2]) };
  if (match === null || range.first < 1 || range.last > 65_535 || range.first > range.last) {
    throw new SiteError(
      `"${text}" is not a port range: write the first and the last port, like 10000-20000, within 1–65535`,
    );
  }
  return range;
}
