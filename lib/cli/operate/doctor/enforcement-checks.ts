import { plural } from '../../support/table';
import { readStatus } from '../status';
import type { StatusDocument } from '../status-document';
import { examine, failed, type Finding, ok, warning } from './finding';
import type { Patient } from './patient';

/** What a dry run of the enforcer shows: breaker, slots, strangers, IP sets. */
export function enforcementChecks(patient: Patient): Promise<readonly Finding[]>[] {
  let reading: Promise<StatusDocument> | undefined;
  const status = (): Promise<StatusDocument> => (reading ??= readStatus(patient.connection));
  return [
    examine('breaker', async () => [breakerFinding(await status())]),
    examine('slots', async () => slotFindings(await status(), patient)),
    examine('IP sets', async () => ipSetFindings(await status(), patient)),
  ];
}

function breakerFinding({ breaker }: StatusDocument): Finding {
  if (!breaker.tripped) return ok('breaker', 'closed: new bans are enforced');
  return failed(
    'breaker',
    `open: ${plural(breaker.held, 'new ban')} recorded and not enforced`,
    'look for a mistake first (a carrier missing in the allowlist); if it is an attack, raise ban.maxNewPerHour',
  );
}

const QUOTA_REMEDY =
  'remove other rules from the ACL, or have the quota of rules per network ACL raised (40 at most) and raise networkAcl.quota and slots';

function slotFindings(status: StatusDocument, { deployment }: Patient): Finding[] {
  const unread = deployment.networkAcls.filter(({ id }) => !status.networkAcls.some((acl) => acl.id === id));
  const errors = unread.map(({ id }) => {
    const error = status.errors.find(({ target }) => target === id);
    return failed('slots', `${id} cannot be read: ${error?.message ?? 'no reason given'}`, 'see network ACL');
  });
  return [
    ...status.networkAcls.flatMap((acl) => aclSlots(acl, deployment)),
    ...errors,
    ...overflowOf(status),
  ];
}

type Acl = StatusDocument['networkAcls'][number];

function aclSlots({ id, slots, strangers }: Acl, { networkAcls }: Patient['deployment']): Finding[] {
  const wanted = networkAcls.find((acl) => acl.id === id)?.slots ?? { ipv4: 0, ipv6: 0 };
  const text = (['ipv4', 'ipv6'] as const)
    .map(
      (family) =>
        `${family === 'ipv4' ? 'IPv4' : 'IPv6'} ${slots[family].used} of ${slots[family].effective}`,
    )
    .join(', ');
  const short = (['ipv4', 'ipv6'] as const).filter((family) => slots[family].effective < wanted[family]);
  const none = short.some((family) => slots[family].effective === 0);
  const says = `${id}: ${text} in use`;
  const lacking = `${says}; ${short.map((family) => `${wanted[family]} ${family} slots`).join(' and ')} are configured, other rules leave fewer`;
  const bySlots =
    short.length === 0
      ? ok('slots', says)
      : (none ? failed : warning)(
          'slots',
          lacking,
          `${QUOTA_REMEDY}; or set networkAcl.otherIngressRules to what is there`,
        );
  return [
    bySlots,
    ...strangers.map(({ ruleNumber, reason }) =>
      warning(
        'slots',
        `${id} rule ${ruleNumber} takes one of our numbers: ${reason}`,
        'move that rule out of networkAcl.ruleNumbers',
      ),
    ),
  ];
}

function overflowOf({ overflow }: StatusDocument): Finding[] {
  if (overflow.capacity === 0) return [];
  const nothing =
    overflow.deniedByNothing === 0 ? '' : `, ${overflow.deniedByNothing} of them denied by nothing`;
  return [warning('slots', `${plural(overflow.capacity, 'ban')} found no slot${nothing}`, QUOTA_REMEDY)];
}

function ipSetFindings(status: StatusDocument, { deployment }: Patient): Finding[] {
  if (deployment.ipSets.length === 0) return [ok('IP sets', 'none are deployed')];
  return deployment.ipSets.map(({ name, scope }) => {
    const set = status.ipSets.find((each) => each.name === name);
    if (set !== undefined) return ok('IP sets', `${name} (${scope}): ${set.addresses} of ${set.capacity}`);
    const error = status.errors.find(({ target }) => target === name);
    return failed(
      'IP sets',
      `${name} (${scope}) cannot be read: ${error?.message ?? 'no reason given'}`,
      'deploy the Automation stack again; the next tick fills it',
    );
  });
}
