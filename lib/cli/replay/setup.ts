import { parseCidr } from '../../../lambda/address';
import { DEFAULT_BAN_POLICY } from '../../../lambda/blacklist/ban-policy';
import { judgeContextOf, parsePortRange, type JudgeContext, type Site } from '../../../lambda/detection';
import { FlowLogFormat, FlowLogFormatError } from '../../../lambda/flow-log';
import { UsageError } from '../support/errors';
import type { ReplayBase } from './environment-base';

/** The flags of `replay` as commander gives them. */
export interface ReplayFlags {
  readonly env?: string;
  readonly vpcCidr?: readonly string[];
  readonly proxyRange?: readonly string[];
  readonly allow?: readonly string[];
  readonly sipPort?: readonly string[];
  readonly rtp?: string;
  readonly exposure?: string;
  readonly slots?: string;
  readonly format?: string;
  readonly labels?: string;
  readonly report?: string;
  readonly json?: boolean;
  /** Threads that read, at most. */
  readonly threads?: string;
  readonly endpointUrl?: string;
  /** Files of PBX logs, whose they are, and their clock. */
  readonly pbxLog?: readonly string[];
  readonly pbxDialect?: string;
  readonly pbxUtcOffset?: string;
  readonly region?: string;
  readonly profile?: string;
}

/** What a replay works with: everything checked. */
export interface ReplaySetup extends ReplayBase {
  readonly judge: JudgeContext;
  readonly format?: FlowLogFormat;
}

const DEFAULT_PROXY_RANGE = '103.55.116.0/24';
const DEFAULT_SLOTS = 18;
const DEFAULT_MAX_NEW_PER_HOUR = 200;
/** What a quota of 40 leaves beside the final deny. */
const MOST_SLOTS = 39;

/**
 * Flags win over the environment, and the environment over the defaults.
 * @param environment what the one named by `--env` says, where one is
 * @throws UsageError, AddressError, SiteError or ConfigurationError, each naming the value and the remedy
 */
export function replaySetup(flags: ReplayFlags, environment?: ReplayBase): ReplaySetup {
  const base = environment ?? baseOfFlags(flags);
  const site: Site = {
    ...base.site,
    ...(flags.vpcCidr && { ownCidrs: checkedCidrs('--vpc-cidr', flags.vpcCidr) }),
    ...(flags.proxyRange && { proxyRanges: checkedCidrs('--proxy-range', flags.proxyRange) }),
    allowlist: [...base.site.allowlist, ...checkedCidrs('--allow', flags.allow ?? [])],
    sip: {
      ports: flags.sipPort?.map(parsePort) ?? base.site.sip.ports,
      rtp: checkedPortRange(flags.rtp) ?? base.site.sip.rtp,
    },
  };
  const slots = flags.slots === undefined ? undefined : parseSlots(flags.slots);
  return {
    ...base,
    site,
    judge: judgeContextOf(site, []),
    slots: slots === undefined ? base.slots : { 4: slots, 6: slots },
    ...(flags.format !== undefined && { format: checkedFormat(flags.format) }),
  };
}

function baseOfFlags(flags: ReplayFlags): ReplayBase {
  if (flags.vpcCidr === undefined) {
    throw new UsageError(
      'which addresses are yours? Give --vpc-cidr 10.20.0.0/16 (repeatable), or --env NAME for those of cdk.json',
    );
  }
  return {
    site: {
      ownCidrs: [],
      proxyRanges: [DEFAULT_PROXY_RANGE],
      allowlist: [],
      sip: { ports: [5060, 5061], rtp: '10000-20000' },
    },
    ban: DEFAULT_BAN_POLICY,
    maxNewPerHour: DEFAULT_MAX_NEW_PER_HOUR,
    slots: { 4: DEFAULT_SLOTS, 6: DEFAULT_SLOTS },
  };
}

function checkedCidrs(flag: string, texts: readonly string[]): readonly string[] {
  for (const text of texts) {
    try {
      parseCidr(text);
    } catch (error) {
      throw new UsageError(`${flag} ${(error as Error).message}`);
    }
  }
  return texts;
}

function checkedPortRange(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    parsePortRange(text);
  } catch (error) {
    throw new UsageError(`--rtp ${(error as Error).message}`);
  }
  return text;
}

function checkedFormat(text: string): FlowLogFormat {
  try {
    return FlowLogFormat.parse(text);
  } catch (error) {
    if (error instanceof FlowLogFormatError) throw new UsageError(`--format: ${error.message}`);
    throw error;
  }
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`--sip-port "${text}" is not a port: write a number from 1 to 65535`);
}

function parseSlots(text: string): number {
  if (/^\d{1,2}$/.test(text) && Number(text) <= MOST_SLOTS) return Number(text);
  throw new UsageError(
    `--slots "${text}" is not a number of slots: write 0 to ${MOST_SLOTS}, what a network ACL can hold at most`,
  );
}
