import type { Ban } from '../../lambda/blacklist/ban';
import type { Contribution } from '../../lambda/detection/contribution';
import type { Evidence, Verdict } from '../../lambda/detection/evidence';
import type { NetworkState } from '../../lambda/detection/network-state';
import type { SourceState } from '../../lambda/detection/source-state';

/** 2026-11-23 00:00:00 UTC, epoch seconds. */
export const T0 = 1_795_392_000;
export const HOUR = 3600;
export const DAY = 86_400;

export function evidence(over: Partial<Evidence> = {}): Evidence {
  return {
    rule: 'dark-addresses',
    at: T0 - 120,
    detail: '4 own addresses that never answered SIP in 1 h',
    score: 10,
    forgeable: false,
    ...over,
  };
}

export function verdict(over: Partial<Verdict> = {}): Verdict {
  return {
    key: '198.51.100.7',
    source: '198.51.100.7',
    kind: 'probe',
    decidedAt: T0,
    score: 10,
    evidence: [evidence()],
    ...over,
  };
}

export function ban(over: Partial<Ban> = {}): Ban {
  const key = over.key ?? '198.51.100.7';
  return {
    schema: 1,
    key,
    source: key,
    cidr: key.includes('/') ? key : `${key}/32`,
    bannedAt: T0,
    expiresAt: T0 + HOUR,
    offence: 1,
    proven: 1,
    score: 10,
    evidence: [evidence()],
    forgeable: false,
    weight: 12.5,
    weightAt: T0,
    origin: 'automatic',
    ...over,
  };
}

export function contribution(over: Partial<Contribution> = {}): Contribution {
  const key = over.key ?? '198.51.100.7';
  return {
    window: T0,
    key,
    source: key,
    digest: 'batch-1',
    flows: [
      {
        own: '203.0.113.10',
        protocol: 17,
        ownPort: 5060,
        remotePort: 5071,
        inPackets: 1,
        inBytes: 441,
        inRate: 1,
        inMost: 1,
        outPackets: 0,
        outBytes: 0,
        rejectedPackets: 0,
      },
    ],
    droppedFlows: 0,
    media: { in: 0, out: 0 },
    contacted: false,
    span: 0,
    ...over,
  };
}

export function sourceState(over: Partial<SourceState> = {}): SourceState {
  const key = over.key ?? '198.51.100.7';
  return {
    schema: 1,
    key,
    source: key,
    foldedThrough: T0,
    firstSeen: T0,
    lastSeen: T0 + 60,
    touches: [['203.0.113.10', T0 + 60, T0 + 60, 5071, 1]],
    discovery: { seen: `${'0'.repeat(31)}4`, windows: 1, first: T0 + 60, last: T0 + 60 },
    ports: [[5061, '203.0.113.10', T0 + 60]],
    exchange: [[T0, 3, 0]],
    unfinished: [[5071, T0 + 60]],
    mediaAt: 0,
    contactAt: 0,
    serviceAt: 0,
    history: { buckets: 0, lastBucket: 0 },
    conversed: { first: 0, last: 0 },
    convictedAt: 0,
    provenAt: 0,
    evidence: [evidence()],
    weight: 3.25,
    ...over,
  };
}

export function networkState(over: Partial<NetworkState> = {}): NetworkState {
  return {
    schema: 1,
    key: '198.51.100.0/24',
    foldedThrough: T0,
    lastSeen: T0 + 60,
    dark: [['203.0.113.10', T0 + 60]],
    members: [
      {
        key: '198.51.100.7',
        source: '198.51.100.7',
        at: T0 + 60,
        darkAt: T0 + 60,
        unfinished: 1,
        accusedAt: 0,
      },
    ],
    ...over,
  };
}
