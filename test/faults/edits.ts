import type { Stage } from './kinds';

/** Somebody else changes something. @returns whether there was something to change */
export type Edit = (stage: Stage) => boolean;

/** A rule of somebody else's. */
const rule = (id: string, ruleNumber: number, ruleAction: 'allow' | 'deny', cidrBlock: string) => ({
  networkAclId: id,
  ruleNumber,
  egress: false,
  protocol: '-1',
  ruleAction,
  cidrBlock,
});

/** Removes one of our entries. */
const removeOurs: Edit = ({ site, watch, dice }) => {
  const [number, cidr] = dice.pick([...site.denies()]) ?? [];
  if (number === undefined || cidr === undefined) return false;
  site.laboratory.aws.networkAcls.deleteEntry({ networkAclId: site.id, ruleNumber: number, egress: false });
  watch.edited(cidr);
  return true;
};

/** Changes the block of one of our entries by hand. */
const rewriteOurs: Edit = ({ site, watch, dice }) => {
  const [number, cidr] = dice.pick([...site.denies()].filter(([, each]) => !each.includes(':'))) ?? [];
  if (number === undefined || cidr === undefined) return false;
  site.laboratory.aws.networkAcls.replaceEntry(rule(site.id, number, 'deny', '192.88.99.7/32'));
  watch.edited(cidr);
  return true;
};

/** Puts an allow of their own in the place of one of our entries. */
const replaceOursByTheirs: Edit = ({ site, watch, dice }) => {
  const [number, cidr] = dice.pick([...site.denies()].filter(([, each]) => !each.includes(':'))) ?? [];
  if (number === undefined || cidr === undefined) return false;
  site.laboratory.aws.networkAcls.replaceEntry(rule(site.id, number, 'allow', '203.0.113.250/32'));
  site.strangers.set(number, 'allow');
  watch.edited(cidr);
  return true;
};

/** Takes a free number among ours. */
const takeNumber: Edit = ({ site, watch, dice }) => {
  const taken = new Set(site.ingress().map(({ ruleNumber }) => ruleNumber));
  const number = dice.pick(Array.from({ length: 12 }, (_, i) => i + 1).filter((each) => !taken.has(each)));
  if (number === undefined || site.ingress().length > 16) return false;
  site.laboratory.aws.networkAcls.createEntry(rule(site.id, number, 'allow', '203.0.113.250/32'));
  site.strangers.set(number, 'allow');
  watch.edited();
  return true;
};

/** Adds a rule of their own beyond our numbers. */
const addForeign: Edit = ({ site, watch, dice }) => {
  const number = dice.between(120, 150);
  if (site.ingress().some(({ ruleNumber }) => ruleNumber === number) || site.ingress().length > 16)
    return false;
  site.laboratory.aws.networkAcls.createEntry(rule(site.id, number, 'allow', '203.0.113.0/24'));
  watch.edited();
  return true;
};

/** Writes the list of an IP set, so that the lock token read before is used up. */
export const rewriteSet: Edit = ({ site, dice }) => {
  const set = dice.pick(site.sets());
  if (set === undefined) return false;
  const addresses = set.IPAddressVersion === 'IPV4' ? ['203.0.113.66/32'] : ['2001:db8:66::/64'];
  site.laboratory.aws.ipSets.update({ ...set, Addresses: dice.chance(0.5) ? addresses : [] });
  return true;
};

/** Edits of a network ACL. */
export const EDITS: readonly [Edit, ...Edit[]] = [
  removeOurs,
  rewriteOurs,
  replaceOursByTheirs,
  takeNumber,
  addForeign,
];
