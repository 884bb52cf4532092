import { CfnPrefixList } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { parseCidr } from '../../lambda/address';

/** Properties of {@link AddressPrefixLists}. */
export interface AddressPrefixListsProps {
  /** CIDRs of either family, canonical text. */
  readonly cidrs: readonly string[];
  /** Begins the lists' names; the family is added to it. */
  readonly prefixListName: string;
}

/**
 * Managed prefix lists of one purpose: one for each address family that has an entry, no larger than its entries,
 * because a security group counts the size and not the entries (60 rules, *Amazon VPC quotas*).
 *
 * The size is part of the construct ID: AWS refuses to change entries and size in one request and CloudFormation sends
 * one (cloudformation-coverage-roadmap #2377), so a list of another size is a new list that the rules move to.
 */
export class AddressPrefixLists extends Construct {
  readonly ipv4: CfnPrefixList | undefined;
  readonly ipv6: CfnPrefixList | undefined;

  constructor(scope: Construct, id: string, props: AddressPrefixListsProps) {
    super(scope, id);
    this.ipv4 = this.listOf('IPv4', 4, props);
    this.ipv6 = this.listOf('IPv6', 6, props);
  }

  /** The lists there are. */
  get lists(): CfnPrefixList[] {
    return [this.ipv4, this.ipv6].filter((list) => list !== undefined);
  }

  private listOf(addressFamily: 'IPv4' | 'IPv6', family: 4 | 6, props: AddressPrefixListsProps) {
    const entries = props.cidrs.filter((cidr) => parseCidr(cidr).family === family).map((cidr) => ({ cidr }));
    if (entries.length === 0) return undefined;
    return new CfnPrefixList(this, `${addressFamily}x${entries.length}`, {
      addressFamily,
      entries,
      maxEntries: entries.length,
      prefixListName: `${props.prefixListName}-${addressFamily.toLowerCase()}`,
    });
  }
}
