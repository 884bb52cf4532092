import { formatCidr } from '../../../lambda/address';
import type { Ban } from '../../../lambda/blacklist/ban';
import type { Evidence, Verdict } from '../../../lambda/detection';
import type { Score } from './labels';
import type { PbxTotals } from './pbx-logs';
import type { ReplayResult } from './replay';

/** The document that `replay --json` prints; its fields are a contract with other tools. */
export function replayDocument(result: ReplayResult, seconds: number, score?: Score) {
  return {
    records: result.records,
    ...(result.pbx && { pbx: pbxDocument(result.pbx) }),
    bans: result.bans.map(banDocument),
    suspects: result.suspects.map(suspectDocument),
    filterSet: result.slots.map(({ cidr, ruleNumber, weight, sources }) => ({
      cidr: formatCidr(cidr),
      ruleNumber,
      weight: rounded(weight),
      sources,
    })),
    overflow: result.overflow.map(({ cidr, weight }) => ({
      cidr: formatCidr(cidr),
      weight: rounded(weight),
    })),
    breaker: result.breaker.map(({ at, until, held }) => ({
      at,
      until: Number.isFinite(until) ? until : null,
      held,
    })),
    ...(score && { score }),
    seconds: rounded(seconds),
  };
}

function pbxDocument({ read, used, unsafe, illegible, undated }: PbxTotals) {
  return { read, used, unsafe, illegible, undated };
}

function banDocument(ban: Ban) {
  const { source, key, bannedAt, expiresAt, offence, score, evidence } = ban;
  return {
    source,
    ...prefixOf(source, key),
    bannedAt,
    expiresAt,
    offence,
    score,
    evidence: evidence.map(evidenceDocument),
  };
}

function suspectDocument({ source, key, score, evidence, trust }: Verdict) {
  return {
    source,
    ...prefixOf(source, key),
    score,
    ...(trust !== undefined && { trust }),
    evidence: evidence.map(evidenceDocument),
  };
}

function prefixOf(source: string, key: string) {
  return source.includes(':') ? { prefix: key } : {};
}

function evidenceDocument({ rule, at, detail }: Evidence) {
  return { rule, at, detail };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
