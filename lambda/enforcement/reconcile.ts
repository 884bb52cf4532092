import { CidrSet } from '../address';
import { ChangeGuard } from './change-guard';
import { type EnforcementOptions, type EnforcementRun, FACTS_MAX_AGE_MS } from './enforcement-run';
import { FactsReader, effectiveAllowlist } from './facts';
import { IpSetEnforcer } from './ip-set-enforcer';
import { NetworkAclEnforcer } from './network-acl-enforcer';
import { type BoundedNetworkAcl, boundNetworkAcl } from './network-acl-state';
import { type IpSetObservation, type NetworkAclObservation, observeAll } from './observation';
import { PacedCalls } from './paced-calls';
import type { ReconcileReport } from './reconcile-report';
import { type EnforcedIpSet, type EnforcedNetworkAcl, completeReport, emptyReport } from './report-run';

/**
 * One run of the enforcer: makes network ACLs and IP sets equal to the ledger. Level-triggered: it looks at what is,
 * not at what happened, so that whatever was missed, crashed or edited by hand heals in the next run.
 * @returns what was found, planned and done; `errors` not empty means that an alarm is due
 * @throws whatever the ledger throws while it is read: nothing has been changed then (invariant I6)
 */
export async function reconcile(options: EnforcementOptions): Promise<ReconcileReport> {
  const paused = await options.ledger.paused();
  const report: ReconcileReport = { ...emptyReport(options), ...(paused && { paused }) };
  if (report.dryRun || report.mode === 'observe' || paused !== undefined) {
    return enforceAll(options, undefined, report);
  }
  const guard = await ChangeGuard.acquire(options);
  if (guard === undefined) return { ...report, stopped: 'lease-held' };
  try {
    return await enforceAll(options, guard, report);
  } finally {
    await release(options, guard);
  }
}

/** A lease that cannot be given back expires by itself; that must not hide what the run found. */
async function release({ log }: EnforcementOptions, guard: ChangeGuard): Promise<void> {
  try {
    await guard.release();
  } catch (error) {
    log.warn('the lease was not given back', { because: String(error) });
  }
}

/** Everything is read before anything is changed. */
async function enforceAll(
  options: EnforcementOptions,
  guard: ChangeGuard | undefined,
  report: ReconcileReport,
): Promise<ReconcileReport> {
  const calls = new PacedCalls(options);
  const { networkAcls, ipSets } = await observeAll(options, calls);
  const networkAclsAtStart = networkAcls.flatMap((acl) =>
    'known' in acl ? [boundNetworkAcl(acl.config, acl.known)] : [],
  );
  const reader = new FactsReader(options, standingDenies(networkAclsAtStart, ipSets));
  const facts = await reader.facts(0);
  const run: EnforcementRun = {
    ...options,
    ...(guard && { guard }),
    networkAclsAtStart,
    calls,
    facts: (maxAgeMs) => reader.facts(maxAgeMs),
    allowlist: () => effectiveAllowlist(options),
  };
  // One that fails does not stop the others: each is a wall of its own.
  const acls: EnforcedNetworkAcl[] = [];
  for (const acl of networkAcls) acls.push(await enforceNetworkAcl(run, acl));
  const sets: EnforcedIpSet[] = [];
  for (const set of ipSets) sets.push(await enforceIpSet(run, set));
  return completeReport(report, { acls, sets, facts, mayChange: guard !== undefined });
}

/** What is denied by our entries and sets already, for the breaker (invariant I10: what stands stays). */
function standingDenies(
  networkAcls: readonly BoundedNetworkAcl[],
  ipSets: readonly IpSetObservation[],
): CidrSet {
  const slots = networkAcls.flatMap(({ state }) => state.ours.map(({ cidr }) => cidr));
  const lists = ipSets.flatMap((set) => ('known' in set ? set.known.addresses : []));
  return CidrSet.of([...slots, ...lists]);
}

async function enforceNetworkAcl(
  run: EnforcementRun,
  acl: NetworkAclObservation,
): Promise<EnforcedNetworkAcl> {
  if (!('known' in acl)) return acl;
  const { config, known } = acl;
  return attempt(config, async () =>
    new NetworkAclEnforcer(run, config).enforce(known, await run.facts(FACTS_MAX_AGE_MS)),
  );
}

async function enforceIpSet(run: EnforcementRun, set: IpSetObservation): Promise<EnforcedIpSet> {
  if (!('known' in set)) return set;
  const { config, known } = set;
  return attempt(config, async () =>
    new IpSetEnforcer(run, config).enforce(known, await run.facts(FACTS_MAX_AGE_MS)),
  );
}

/** What stops one network ACL or IP set, a ledger that can no longer be read too, is part of what became of it. */
async function attempt<Config, Outcome extends { readonly error?: unknown }>(
  config: Config,
  enforce: () => Promise<Outcome>,
): Promise<{ config: Config; outcome?: Outcome; error?: unknown }> {
  try {
    const outcome = await enforce();
    return { config, outcome, error: outcome.error };
  } catch (error) {
    return { config, error };
  }
}
