import { CfnSecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnListener, CfnLoadBalancer, CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { type Peer, type Traffic, egressRules, ingressRules } from './security-group-rules';

/** A port of the load balancer, and where it leads. */
export interface ForwardedPort {
  readonly port: number;
  readonly protocol: 'TCP_UDP' | 'UDP' | 'TCP';
  /** @default - the same port */
  readonly targetPort?: number;
}

/** Properties of {@link SipForwarder}. */
export interface SipForwarderProps {
  readonly vpc: IVpc;
  /** Identifiers of the load balancer's subnets. */
  readonly subnets: readonly string[];
  readonly listeners: readonly ForwardedPort[];
  /** Private IPv4 addresses of the voice servers. */
  readonly targets: readonly string[];
  readonly internetFacing: boolean;
  /** TCP port of health checks. @default - the port traffic goes to */
  readonly healthCheckPort?: number;
  /** Who may call. */
  readonly callers: readonly Peer[];
  /** Whether anybody may: stated for those who review the security group. */
  readonly isOpen: boolean;
  readonly deletionProtection: boolean;
}

/**
 * A Network Load Balancer that forwards signalling to voice servers and admits nobody but the callers named. Client
 * addresses are preserved: detection and bans go by them.
 *
 * Signalling only, because a listener has one port. Media goes straight to the voice servers, which announce their own
 * public address in SDP, and is admitted by their security group.
 */
export class SipForwarder extends Construct {
  readonly securityGroupId: string;
  /** What reaches the voice servers, for their security group. */
  readonly traffic: readonly Traffic[];
  readonly dnsName: string;

  constructor(scope: Construct, id: string, props: SipForwarderProps) {
    super(scope, id);
    this.traffic = uniqueTraffic([
      ...props.listeners.flatMap(({ port, protocol, targetPort = port }) => trafficOf(protocol, targetPort)),
      ...props.listeners.flatMap(({ port, targetPort = port }) =>
        trafficOf('TCP', props.healthCheckPort ?? targetPort),
      ),
    ]);
    const securityGroup = this.securityGroupOf(props);
    this.securityGroupId = securityGroup.attrGroupId;
    const loadBalancer = this.loadBalancerOf(props);
    this.dnsName = loadBalancer.attrDnsName;
    for (const listener of props.listeners) this.forward(listener, loadBalancer.ref, props);
  }

  private securityGroupOf(props: SipForwarderProps): CfnSecurityGroup {
    const incoming = props.listeners.flatMap(({ port, protocol }) => trafficOf(protocol, port));
    const targets = props.targets.map((target) => ({ name: 'voice server', cidrIp: `${target}/32` }));
    const group = new CfnSecurityGroup(this, 'SecurityGroup', {
      groupDescription: 'SIP to the load balancer of the voice servers',
      vpcId: props.vpc.vpcId,
      securityGroupIngress: ingressRules(incoming, props.callers),
      securityGroupEgress: egressRules(this.traffic, targets),
    });
    if (props.isOpen) {
      acknowledge(group, {
        'AwsSolutions-EC23':
          'Exposure "open" admits roaming phones from anywhere to the forwarded SIP ports alone; detection and bans guard them.',
      });
    }
    return group;
  }

  private loadBalancerOf(props: SipForwarderProps): CfnLoadBalancer {
    const loadBalancer = new CfnLoadBalancer(this, 'Resource', {
      type: 'network',
      scheme: props.internetFacing ? 'internet-facing' : 'internal',
      // Dual stack would lose an IPv6 client's address towards IPv4 targets, and bans with it.
      ipAddressType: 'ipv4',
      subnets: [...props.subnets],
      securityGroups: [this.securityGroupId],
      loadBalancerAttributes: [
        { key: 'deletion_protection.enabled', value: String(props.deletionProtection) },
        { key: 'load_balancing.cross_zone.enabled', value: 'true' },
      ],
    });
    acknowledge(loadBalancer, {
      'AwsSolutions-ELB2':
        'A Network Load Balancer writes access logs for TLS listeners only, and this one has none; flow logs see every packet.',
    });
    return loadBalancer;
  }

  private forward(listener: ForwardedPort, loadBalancerArn: string, props: SipForwarderProps): void {
    const { port, protocol, targetPort = port } = listener;
    const targetGroup = new CfnTargetGroup(this, `Targets${port}`, {
      vpcId: props.vpc.vpcId,
      protocol,
      port: targetPort,
      targetType: 'ip',
      targets: props.targets.map((id) => ({ id, port: targetPort })),
      healthCheckProtocol: 'TCP',
      healthCheckPort: String(props.healthCheckPort ?? targetPort),
      // The default for UDP, not for TCP.
      targetGroupAttributes: [{ key: 'preserve_client_ip.enabled', value: 'true' }],
    });
    new CfnListener(this, `Listener${port}`, {
      loadBalancerArn,
      port,
      protocol,
      defaultActions: [{ type: 'forward', targetGroupArn: targetGroup.ref }],
    });
  }
}

function trafficOf(protocol: ForwardedPort['protocol'], port: number): Traffic[] {
  const transports =
    protocol === 'TCP_UDP' ? (['udp', 'tcp'] as const) : ([protocol === 'UDP' ? 'udp' : 'tcp'] as const);
  return transports.map((ipProtocol) => ({
    name: `SIP ${ipProtocol.toUpperCase()} ${port}`,
    ipProtocol,
    fromPort: port,
    toPort: port,
  }));
}

function uniqueTraffic(traffic: readonly Traffic[]): Traffic[] {
  return [...new Map(traffic.map((each) => [each.name, each])).values()];
}
