import { parseCidr } from '../../../lambda/address';
import type { Ban } from '../../../lambda/blacklist/ban';
import type { Evidence, Verdict } from '../../../lambda/detection';
import { newRecordCounts } from '../../../lambda/flow-log';
import type { ReplayResult, ReplaySlot } from '../../../lib/cli/replay/replay';
import { replaySetup } from '../../../lib/cli/replay/setup';
import type { ReportInput } from '../../../lib/cli/report/input';

/** 2026-11-23 00:00:00 UTC, epoch seconds. */
export const T0 = 1_795_392_000;
export const HOUR = 3600;

export function evidence(over: Partial<Evidence> = {}): Evidence {
  return {
    rule: 'dark-addresses',
    at: T0 + 60,
    detail: '4 own addresses that never answered SIP in 1 h',
    score: 10,
    forgeable: false,
    ...over,
  };
}

/** A ban of one address; an IPv6 source is its /64. */
export function ban(source: string, over: Partial<Ban> = {}): Ban {
  const cidr = over.cidr ?? (source.includes(':') ? `${source.split('::')[0] ?? ''}::/64` : `${source}/32`);
  const bannedAt = over.bannedAt ?? T0 + 120;
  return {
    schema: 1,
    key: source.includes(':') ? cidr : source,
    source,
    cidr,
    bannedAt,
    expiresAt: bannedAt + HOUR,
    offence: 1,
    score: 10,
    evidence: [evidence({ at: bannedAt - 60 })],
    forgeable: false,
    weight: 10,
    weightAt: bannedAt,
    origin: 'automatic',
    ...over,
  };
}

export function suspect(source: string, over: Partial<Verdict> = {}): Verdict {
  return {
    key: source,
    source,
    kind: 'suspect',
    decidedAt: T0 + 180,
    score: 10,
    evidence: [evidence()],
    trust: 'media within 7 days',
    ...over,
  };
}

export function slot(ruleNumber: number, cidr: string, over: Partial<ReplaySlot> = {}): ReplaySlot {
  return { ruleNumber, cidr: parseCidr(cidr), weight: 10, sources: 1, collateral: 0, ...over };
}

/** A replay of a quiet half hour, with what a test wants to see in it. */
export function report(result: Partial<ReplayResult> = {}, over: Partial<ReportInput> = {}): ReportInput {
  return {
    result: {
      records: { ...newRecordCounts(), read: 1000, parsed: 1000, sip: 600 },
      span: { from: T0, to: T0 + 1800 },
      bans: [],
      suspects: [],
      slots: [],
      overflow: [],
      breaker: [],
      ...result,
    },
    setup: replaySetup({ vpcCidr: ['10.20.0.0/16'], allow: ['203.0.113.0/24'] }),
    seconds: 1.5,
    ...over,
  };
}

/** A replay with one of everything. */
export function fullReport(): ReportInput {
  const bans = [
    ban('198.51.100.7', { weight: 90 }),
    ban('2001:db8:1:2::7', { bannedAt: T0 + 300, forgeable: true }),
    ban('198.51.100.9', { bannedAt: T0 + 400, weight: 4 }),
    ban('192.0.2.1', { bannedAt: T0 + 60, expiresAt: T0 + 600, weight: 2 }),
    ban('192.0.2.1', { bannedAt: T0 + 900, expiresAt: T0 + 900 + 4 * HOUR, offence: 2, weight: 30 }),
  ];
  return report(
    {
      bans,
      suspects: [suspect('203.0.113.5', { trust: 'on the allowlist' })],
      slots: [
        slot(1, '192.0.2.1/32', { weight: 30 }),
        slot(2, '198.51.100.7/32', { weight: 88 }),
        slot(3, '2001:db8:1:2::/64'),
      ],
      overflow: [{ cidr: parseCidr('198.51.100.9/32'), weight: 3.5, forgeable: false, pinned: false }],
      breaker: [{ at: T0 + 300, until: Infinity, held: 2 }],
      records: {
        ...newRecordCounts(),
        read: 1010,
        parsed: 1000,
        noData: 4,
        skipData: 3,
        malformed: 3,
        malformedByCause: { address: 3 },
        sip: 600,
      },
    },
    { score: { precision: 1, recall: 0.9, falseBans: [] } },
  );
}
