import type { Ban } from '../../lambda/blacklist/ban';
import type { ReconcileReport } from '../../lambda/enforcement';
import type { WidgetFacts } from '../../lambda/widget';
import { ban, NOW } from '../enforcement/support/bans';

export { NOW };

/** Evidence as detection leaves it. */
export const EVIDENCE = {
  rule: 'dark-addresses',
  at: NOW - 660,
  detail: '4 own addresses that never answered SIP in 1 h',
  score: 10,
  forgeable: false,
} as const;

/** A ban in force with its evidence. */
export function evidentBan(source: string, change: Partial<Ban> = {}): Ban {
  return ban(source, { evidence: [EVIDENCE], ...change });
}

const ACL = 'acl-0a1b2c3d4e5f60718';

/** What a dry run says of an environment that is as it should be. */
export function reportOf(change: Partial<ReconcileReport> = {}): ReconcileReport {
  return {
    environment: 'prod',
    mode: 'enforce',
    dryRun: true,
    networkAcls: [
      {
        id: ACL,
        changes: [],
        strangers: [],
        slots: { ipv4: { effective: 18, used: 1 }, ipv6: { effective: 18, used: 0 } },
        refused: [],
        differs: [],
      },
    ],
    ipSets: [],
    applied: false,
    overflow: [],
    breaker: { tripped: false, held: 0 },
    errors: [],
    ...change,
  };
}

/** An environment with one ban, which has a slot. */
export function facts(change: Partial<WidgetFacts> = {}): WidgetFacts {
  const rule = { networkAclId: ACL, ruleNumber: 1, cidr: '198.51.100.7/32', ours: true };
  return {
    environment: 'prod',
    now: NOW,
    bans: [
      {
        ban: evidentBan('198.51.100.7'),
        weight: 10,
        denial: { rules: [rule], ipSets: ['banned-ipv4'], openNetworkAcls: [] },
      },
    ],
    rules: [rule],
    report: reportOf(),
    networkAcls: 1,
    lastRun: { at: NOW - 40, ok: true, changes: 2 },
    judgedThrough: NOW - 240,
    feeds: [],
    holds: [],
    ...change,
  };
}

/** The same text in every place that a text from outside can come to. */
export function hostileFacts(text: string): WidgetFacts {
  const rule = { networkAclId: text, ruleNumber: 1, cidr: text, ours: true };
  const [acl] = reportOf().networkAcls;
  const stranger = { ruleNumber: 7, reason: text };
  return facts({
    environment: text,
    bans: [
      {
        ban: {
          ...evidentBan('198.51.100.7'),
          source: text,
          key: text,
          evidence: [{ ...EVIDENCE, rule: text, detail: text }],
          because: text,
          origin: 'operator',
        },
        weight: 10,
        denial: { rules: [rule], ipSets: [text], openNetworkAcls: [] },
        missing: 'capacity',
      },
    ],
    rules: [rule],
    networkAcls: 2,
    report: reportOf({
      paused: { by: text, because: text, at: NOW - 60 },
      networkAcls: acl === undefined ? [] : [{ ...acl, id: text, strangers: [stranger as never] }],
      overflow: [{ source: text, cidr: text, weight: 3, reason: 'capacity', heldBy: 'nothing' }],
      errors: [{ target: text, error: text, message: text }],
      breaker: { tripped: true, held: 3 },
    }),
    lastRun: { at: NOW - 40, ok: false, changes: 0, detail: text },
    feeds: [{ name: text, from: text, cidrs: [text], expiresAt: NOW + 60 }],
    holds: [{ cidr: text, at: NOW, until: NOW + 60, by: text, because: text }],
  });
}
