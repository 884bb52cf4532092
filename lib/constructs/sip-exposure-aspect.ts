import { Annotations, type IAspect, Stack } from 'aws-cdk-lib';
import { type CfnPrefixList, CfnSecurityGroup, CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { CidrSet, tryParseCidr } from '../../lambda/address';

/** Properties of {@link SipExposureAspect}. */
export interface SipExposureAspectProps {
  /** Ports whose traffic is SIP: served, alternative and closed ones. */
  readonly sipPorts: readonly number[];
  /** CIDRs that SIP may come from. */
  readonly proxyRanges: readonly string[];
  /** Prefix lists that hold nothing but those CIDRs. */
  readonly proxyLists: readonly CfnPrefixList[];
}

/** What this reads of a rule, whichever resource it stands in; values may be tokens' intrinsic functions. */
interface Rule {
  readonly ipProtocol?: unknown;
  readonly fromPort?: unknown;
  readonly toPort?: unknown;
  readonly cidrIp?: unknown;
  readonly cidrIpv6?: unknown;
  readonly sourcePrefixListId?: unknown;
  readonly sourceSecurityGroupId?: unknown;
}

/** Protocols that carry SIP, by name and IANA number, and "all". */
const SIP_PROTOCOLS = new Set(['udp', 'tcp', '17', '6', '-1']);

/**
 * Fails synthesis when a security group admits a SIP port from anywhere but the proxy ranges. What it cannot read (a
 * parameter, a prefix list that is not ours) counts as an opening: the promise is that there is none.
 *
 * A rule whose source is another security group passes: its members are inside, and their own groups are checked too.
 */
export class SipExposureAspect implements IAspect {
  readonly #proxies: CidrSet;

  constructor(private readonly props: SipExposureAspectProps) {
    this.#proxies = CidrSet.parse(props.proxyRanges);
  }

  visit(node: IConstruct): void {
    for (const rule of ingressRulesOf(node)) {
      const ports = this.props.sipPorts.filter((port) => admits(rule, port));
      if (ports.length > 0 && !this.isFromProxies(rule, Stack.of(node))) {
        Annotations.of(node).addError(
          `admits SIP port ${ports.join(', ')} from ${sourceOf(rule)}, and exposure is "proxy-only": use the voice proxies' prefix list as the source, close the port, or set exposure to "open"`,
        );
      }
    }
  }

  private isFromProxies(rule: Rule, stack: Stack): boolean {
    if (rule.sourceSecurityGroupId !== undefined) return true;
    if (rule.sourcePrefixListId !== undefined) {
      const source = JSON.stringify(rule.sourcePrefixListId);
      return this.props.proxyLists.some(
        (list) => JSON.stringify(stack.resolve(list.attrPrefixListId)) === source,
      );
    }
    const cidrs = [rule.cidrIp, rule.cidrIpv6].filter((cidr) => cidr !== undefined);
    return cidrs.length > 0 && cidrs.every((cidr) => this.isProxyCidr(cidr));
  }

  private isProxyCidr(cidr: unknown): boolean {
    const parsed = typeof cidr === 'string' ? tryParseCidr(cidr, { hostBits: 'mask' }) : undefined;
    return parsed !== undefined && this.#proxies.covers(parsed);
  }
}

function ingressRulesOf(node: IConstruct): readonly Rule[] {
  if (node instanceof CfnSecurityGroup) {
    return (Stack.of(node).resolve(node.securityGroupIngress) ?? []) as readonly Rule[];
  }
  if (!(node instanceof CfnSecurityGroupIngress)) return [];
  const { ipProtocol, fromPort, toPort, cidrIp, cidrIpv6, sourcePrefixListId, sourceSecurityGroupId } = node;
  const rule = { ipProtocol, fromPort, toPort, cidrIp, cidrIpv6, sourcePrefixListId, sourceSecurityGroupId };
  return [Stack.of(node).resolve(rule) as Rule];
}

/** Whether the rule lets the port through. Ports or protocols that are not known yet might. */
function admits(rule: Rule, port: number): boolean {
  const { ipProtocol } = rule;
  const isLiteral = typeof ipProtocol === 'string' || typeof ipProtocol === 'number';
  if (isLiteral && !SIP_PROTOCOLS.has(String(ipProtocol).toLowerCase())) return false;
  if (String(ipProtocol) === '-1') return true;
  return port >= bound(rule.fromPort, 0) && port <= bound(rule.toPort, 65535);
}

/** A port of the rule; absent, −1 or unknown means no bound. */
function bound(value: unknown, unbounded: number): number {
  return typeof value === 'number' && value >= 0 ? value : unbounded;
}

function sourceOf(rule: Rule): string {
  const source = rule.cidrIp ?? rule.cidrIpv6 ?? rule.sourcePrefixListId ?? 'an unknown source';
  return typeof source === 'string' ? source : JSON.stringify(source);
}
