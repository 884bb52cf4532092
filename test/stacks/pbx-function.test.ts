import { parseEnvironments } from '../../lib/config';
import { resourcesOf, templatesOf } from './support';

const BASE = {
  vpc: { id: 'vpc-0a1b2c3d4e5f60718', cidrs: ['10.20.0.0/16'] },
  voiceSubnets: ['subnet-0a1b2c3d4e5f60718'],
  networkAcl: { ids: ['acl-0a1b2c3d4e5f60718'] },
};
const LOGS = [
  { logGroup: '/pbx/asterisk/security', dialect: 'asterisk' },
  { logGroup: '/pbx/kamailio', dialect: 'kamailio' },
];

describe('an environment with PBX logs', () => {
  const { automation } = templatesOf({ ...BASE, pbxLogs: LOGS });

  it('has a function that knows whose logs they are', () => {
    const logs = Object.values(resourcesOf(automation, 'AWS::Lambda::Function')).flatMap(({ Properties }) => {
      const { Variables = {} } = (Properties['Environment'] ?? {}) as { Variables?: Record<string, unknown> };
      return Variables['RINGFENCE_PBX_LOGS'] ?? [];
    });
    expect(logs).toEqual(['{"/pbx/asterisk/security":"asterisk","/pbx/kamailio":"kamailio"}']);
  });

  it('subscribes it to each log group, unfiltered, beside detect to its flow log', () => {
    const filters = Object.values(resourcesOf(automation, 'AWS::Logs::SubscriptionFilter'));
    expect(filters).toHaveLength(3);
    expect(filters.map(({ Properties }) => (Properties as { LogGroupName: unknown }).LogGroupName)).toEqual(
      expect.arrayContaining(['/pbx/asterisk/security', '/pbx/kamailio']),
    );
    expect(
      filters.every(({ Properties }) => (Properties as { FilterPattern: string }).FilterPattern === ''),
    ).toBe(true);
  });
});

it('without PBX logs there is no such function', () => {
  const { automation } = templatesOf(BASE);
  expect(Object.keys(resourcesOf(automation, 'AWS::Logs::SubscriptionFilter'))).toHaveLength(1);
});

it.each([
  [[{ logGroup: '/pbx/a', dialect: '3cx' }], /pbxLogs\[0\]\.dialect/],
  [[{ logGroup: 'a b', dialect: 'asterisk' }], /not the name of a CloudWatch log group/],
  [[LOGS[0], LOGS[0]], /stands in the list twice/],
])('%j is an error', (pbxLogs, message) => {
  expect(() => parseEnvironments({ prod: { ...BASE, pbxLogs } })).toThrow(message);
});
