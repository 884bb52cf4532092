import { DEFAULT_BAN_POLICY } from '../../lambda/blacklist/ban-policy';
import { judgePending } from '../../lambda/blacklist/judge-pending';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { type JudgeContext, judgeContextOf, PbxCollector } from '../../lambda/detection';
import { type PbxDialect, PbxLogReader } from '../../lambda/pbx-log';
import type { Actor } from './attempts';
import { logOf } from './write-log';

/** 2026-11-23 00:00:00 UTC: the start of a window. */
const START = 1_795_392_000;

/** What became of one kind of actor in one dialect. */
export interface Row {
  readonly name: string;
  readonly isAttack: boolean;
  readonly sources: number;
  readonly banned: number;
  /** Of the banned, those whose ban may grow: evidence that cannot be forged. */
  readonly proven: number;
  readonly suspects: number;
  /** Seconds from the first attempt to the ban; the median, NaN without a ban. */
  readonly seconds: number;
}

/** Writes what the actors do as a PBX logs it, reads it again, and judges it. */
export async function measure(actors: readonly Actor[], dialect: PbxDialect): Promise<Row[]> {
  const judge = judgeContextOf(
    {
      ownCidrs: ['10.20.0.0/16'],
      proxyRanges: ['203.0.113.96/28'],
      allowlist: [],
      sip: { ports: [5060, 5061], rtp: '10000-20000' },
    },
    [],
  );
  const bans = new Map<string, { at: number; forgeable: boolean }>();
  const suspects = new Set<string>();
  const ledger = new MemoryLedger();
  await ledger.recordContributions(contributions(actors, dialect, judge));
  await judgePending({
    ledger,
    judge,
    ban: DEFAULT_BAN_POLICY,
    until: Infinity,
    onVerdict: ({ source, kind }, ban) => {
      if (ban === undefined) suspects.add(source);
      else if (!bans.has(source)) bans.set(source, { at: ban.bannedAt, forgeable: ban.forgeable });
      if (kind === 'probe') suspects.delete(source);
    },
  });
  return rowsOf(actors, bans, suspects);
}

const sourceOf = (i: number) => `198.18.${Math.floor(i / 250)}.${1 + (i % 250)}`;

function contributions(actors: readonly Actor[], dialect: PbxDialect, judge: JudgeContext) {
  const reader = new PbxLogReader(dialect);
  const collector = new PbxCollector(judge.topology, judge.policy);
  for (const [i, { attempts }] of actors.entries()) {
    for (const { at, line } of logOf(dialect, attempts, sourceOf(i), START)) {
      const read = reader.read(line);
      if (read !== undefined) collector.add(read.event, at);
    }
  }
  const { unsafe, illegible } = reader.counts;
  if (unsafe + illegible > 0) throw new Error(`${unsafe + illegible} lines of the generator cannot be read`);
  return collector.drain('all');
}

function rowsOf(
  actors: readonly Actor[],
  bans: ReadonlyMap<string, { readonly at: number; readonly forgeable: boolean }>,
  suspects: ReadonlySet<string>,
): Row[] {
  const names = [...new Set(actors.map(({ name }) => name))];
  return names.map((name) => {
    const mine = actors.flatMap((actor, i) => (actor.name === name ? [{ actor, source: sourceOf(i) }] : []));
    const banned = mine.flatMap(({ actor, source }) => {
      const ban = bans.get(source);
      return ban === undefined ? [] : [{ ...ban, after: ban.at - START - (actor.attempts[0]?.at ?? 0) }];
    });
    const waits = banned.map(({ after }) => after).sort((a, b) => a - b);
    return {
      name,
      isAttack: mine[0]?.actor.isAttack ?? false,
      sources: mine.length,
      banned: banned.length,
      proven: banned.filter(({ forgeable }) => !forgeable).length,
      suspects: mine.filter(({ source }) => !bans.has(source) && suspects.has(source)).length,
      seconds: waits[Math.floor(waits.length / 2)] ?? NaN,
    };
  });
}
