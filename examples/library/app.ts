// A voice stack of one's own with Ringfence in it: a VPC, a PBX, who may call it, and who is kept out.
import { App, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import {
  Instance,
  InstanceClass,
  InstanceSize,
  InstanceType,
  IpAddresses,
  MachineImage,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { LedgerTable, ProbeBlacklist, VoicePerimeter } from 'ringfence';

/** What must outlive the rest: without the ledger nobody knows which network ACL entries are Ringfence's. */
class StateStack extends Stack {
  readonly ledger = new LedgerTable(this, 'Ledger', { protect: true });
}

interface VoiceStackProps extends StackProps {
  readonly ledger: LedgerTable;
}

class VoiceStack extends Stack {
  constructor(scope: Construct, id: string, { ledger, ...props }: VoiceStackProps) {
    super(scope, id, props);
    const voiceSubnets = { subnetType: SubnetType.PUBLIC };
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.40.0.0/16'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Voice', ...voiceSubnets }],
    });

    const perimeter = new VoicePerimeter(this, 'Perimeter', {
      environmentName: 'pbx',
      vpc,
      voiceProxyRanges: ['192.0.2.0/24'],
      sip: { ports: [5060, 5061], rtp: '10000-20000' },
    });
    // Synthesis fails if any security group of this stack admits SIP from elsewhere.
    perimeter.guardSipPorts(this);

    new Instance(this, 'Pbx', {
      vpc,
      vpcSubnets: voiceSubnets,
      instanceType: InstanceType.of(InstanceClass.T4G, InstanceSize.SMALL),
      machineImage: MachineImage.latestAmazonLinux2023(),
      securityGroup: perimeter.securityGroup,
    });

    const blacklist = new ProbeBlacklist(this, 'Blacklist', {
      perimeter,
      ledger,
      mode: 'observe',
      allowlist: ['203.0.113.0/24'],
      alarms: { email: ['voice-ops@example.com'] },
    });
    new CfnOutput(this, 'AlarmTopic', { value: blacklist.alarmTopic.topicArn });
  }
}

const app = new App();
const { ledger } = new StateStack(app, 'PbxState', { terminationProtection: true });
new VoiceStack(app, 'Pbx', { ledger });
