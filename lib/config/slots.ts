import type { ParsedEnvironment } from './schema';

type NetworkAclSection = ParsedEnvironment['networkAcl'];

/** Rules of one family that quota, final deny and the ACL's other rules leave for deny entries. */
export function roomForSlots({ quota, otherIngressRules }: NetworkAclSection): number {
  return quota - 1 - otherIngressRules;
}

/** How many rule numbers Ringfence owns in each ACL; both families share them. */
export function ownedNumberCount({ ruleNumbers }: NetworkAclSection): number {
  return ruleNumbers.last - ruleNumbers.first + 1;
}

/** Most deny entries per family: as given, else what the quota leaves and half of the owned numbers hold. */
export function slotsOf(networkAcl: NetworkAclSection): { readonly ipv4: number; readonly ipv6: number } {
  const share = Math.min(roomForSlots(networkAcl), Math.floor(ownedNumberCount(networkAcl) / 2));
  return { ipv4: networkAcl.slots.ipv4 ?? share, ipv6: networkAcl.slots.ipv6 ?? share };
}
