import { CREATED } from '../config/support';
import { resourcesOf, stageOf, templatesOf } from './support';

/**
 * A changed construct ID is another logical ID, and CloudFormation then deletes the old resource and makes a new one:
 * the ledger's history, the network under the phones, the bans in the IP sets. If this test fails, undo the renaming;
 * do not adjust the test.
 */
const PINNED = {
  ledger: { 'AWS::DynamoDB::Table': ['Ledger0B0DA0A5'] },
  perimeter: {
    'AWS::EC2::VPC': ['NetworkVpc7FB7348F'],
    'AWS::EC2::Subnet': ['NetworkVpcVoiceSubnet1Subnet8C854531', 'NetworkVpcVoiceSubnet2Subnet2F016B25'],
    'AWS::EC2::NetworkAcl': ['NetworkAcl92CDB635'],
    'AWS::EC2::SecurityGroup': ['VoiceServers14D1542A'],
  },
  automation: {
    'AWS::Logs::LogGroup': [
      'DetectLog84134B5F',
      'EnforceLog6802CEB0',
      'FlowLogsRecordsCD03EE1B',
      'WidgetLog0299BEC9',
    ],
    'AWS::EC2::FlowLog': ['FlowLogsVoiceSubnet125C2844E', 'FlowLogsVoiceSubnet268D7814C'],
    'AWS::WAFv2::IPSet': ['BanIpSetsIPV4F978FE42', 'BanIpSetsIPV612BDBBCC'],
    'AWS::SQS::Queue': ['DetectFailuresE07B5DD9', 'EnforceFailures2C274CE9'],
  },
  monitoring: { 'AWS::SNS::Topic': ['AlarmsB3E93623'], 'AWS::KMS::Key': ['AlarmsKey3C2381B3'] },
} as const;

const templates = templatesOf(CREATED, 'dev');
const cases = Object.entries(PINNED).flatMap(([stack, types]) =>
  Object.entries(types).map(([type, ids]) => [stack as keyof typeof PINNED, type, ids as string[]] as const),
);

test.each(cases)('%s: %s', (stack, type, ids) => {
  expect(Object.keys(resourcesOf(templates[stack], type)).sort()).toEqual([...ids].sort());
});

test('stacks are named as `cdk deploy "prod/*"` and people expect', () => {
  const { ledger, perimeter, automation, monitoring } = stageOf(CREATED, 'dev');
  const names = [ledger, perimeter, automation, monitoring].map(({ stackName }) => stackName);
  expect(names).toEqual(['dev-Ledger', 'dev-Perimeter', 'dev-Automation', 'dev-Monitoring']);
});
