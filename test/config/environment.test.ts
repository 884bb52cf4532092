import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ConfigurationError,
  DEPLOYED_FLOW_LOG_FORMAT,
  parseEnvironments,
  readEnvironments,
  selectEnvironment,
  servicePorts,
  tripwirePorts,
  watchedPorts,
} from '../../lib/config';
import { ADOPTED, CREATED, environmentOf } from './support';

const cdkJson = join(__dirname, '..', '..', 'cdk.json');

describe('an environment by default', () => {
  const environment = environmentOf(CREATED);

  test('changes nothing in AWS until it is told to', () => {
    expect(environment.mode).toBe('observe');
  });

  test('admits SIP from the provider alone, on the usual ports', () => {
    expect(environment).toMatchObject({
      exposure: 'proxy-only',
      voiceProxyRanges: ['103.55.116.0/24'],
      sip: { ports: [5060, 5061], rtp: { first: 10000, last: 20000 } },
    });
  });

  test('protects what holds state', () => {
    expect(environment.protect).toBe(true);
  });

  test('uses the slots that the quota leaves', () => {
    expect(environment.networkAcl).toMatchObject({
      quota: 20,
      firstAllowRule: 100,
      otherIngressRules: 1,
      ruleNumbers: { first: 1, last: 50 },
      slots: { ipv4: 18, ipv6: 18 },
    });
  });

  test('bans for 1 h to 30 d, logs every minute and alarms at 50 sources', () => {
    expect(environment.ban).toEqual({ first: '1h', factor: 4, max: '30d', maxNewPerHour: 200 });
    expect(environment.flowLogs).toMatchObject({ aggregationSeconds: 60, scope: 'voice-subnets' });
    expect(environment.alarms.probeSpike.sourcesPer5Minutes).toBe(50);
  });
});

describe('slots without a number', () => {
  test.each([
    ['the quota bounds them', { quota: 10, otherIngressRules: 3 }, { ipv4: 6, ipv6: 6 }],
    ['the owned numbers bound them', { quota: 40 }, { ipv4: 25, ipv6: 25 }],
    ['one family given', { slots: { ipv6: 0 } }, { ipv4: 18, ipv6: 0 }],
  ])('%s', (_, networkAcl, slots) => {
    const environment = environmentOf({ ...ADOPTED, networkAcl: { ...ADOPTED.networkAcl, ...networkAcl } });
    expect(environment.networkAcl.slots).toEqual(slots);
  });
});

test('CIDRs become canonical, so that equal ones are equal', () => {
  const environment = environmentOf({
    ...ADOPTED,
    voiceProxyRanges: ['198.51.100.7', '2001:0DB8:0::/48'],
    allowlist: ['::ffff:203.0.113.0/120'],
  });
  expect(environment.voiceProxyRanges).toEqual(['198.51.100.7/32', '2001:db8::/48']);
  expect(environment.allowlist).toEqual(['203.0.113.0/24']);
});

describe('an alternative SIP port', () => {
  const environment = environmentOf({ ...ADOPTED, sip: { alternativePort: 5160 } });

  test('takes the place of the first port', () => {
    expect(servicePorts(environment)).toEqual([5160, 5061]);
  });

  test('leaves the old port as a tripwire that detection still watches', () => {
    expect(tripwirePorts(environment)).toEqual([5060]);
    expect(watchedPorts(environment)).toEqual([5060, 5061, 5160]);
  });

  test('is no tripwire while a load balancer still forwards the old port', () => {
    const forwarding = { listeners: [{ port: 5060, targetPort: 5160 }], targets: ['10.20.1.10'] };
    expect(tripwirePorts(environmentOf({ ...ADOPTED, sip: { alternativePort: 5160 }, forwarding }))).toEqual(
      [],
    );
  });

  test('without one, what is served is what is watched', () => {
    expect(tripwirePorts(environmentOf(ADOPTED))).toEqual([]);
    expect(servicePorts(environmentOf(ADOPTED))).toEqual([5060, 5061]);
    expect(watchedPorts(environmentOf(ADOPTED))).toEqual([5060, 5061]);
  });
});

test("an existing log group's format is kept in its order, with or without ${}", () => {
  const format = DEPLOYED_FLOW_LOG_FORMAT.replace(/\S+/g, '${$&}');
  const environment = environmentOf({ ...ADOPTED, flowLogs: { existingLogGroup: '/vpc/flow', format } });
  expect(environment.flowLogs).toEqual({
    existingLogGroup: '/vpc/flow',
    format: DEPLOYED_FLOW_LOG_FORMAT,
    aggregationSeconds: 600,
  });
});

describe('cdk.json', () => {
  test('holds valid environments, dev and prod among them', () => {
    const names = readEnvironments(cdkJson).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['dev', 'prod']));
  });

  test('makes findings of the built-in validation errors', () => {
    const { context } = JSON.parse(readFileSync(cdkJson, 'utf8')) as { context: Record<string, unknown> };
    expect(context['@aws-cdk/core:validateAgainstDefaultRules']).toBe(true);
  });

  test('that cannot be read is one clear error', () => {
    expect(() => readEnvironments('/nowhere/cdk.json')).toThrow(ConfigurationError);
    expect(() => readEnvironments('/nowhere/cdk.json')).toThrow(
      /\/nowhere\/cdk\.json cannot be read as JSON/,
    );
  });
});

test('an environment is chosen by name', () => {
  const environments = parseEnvironments({ dev: CREATED, prod: ADOPTED });
  expect(selectEnvironment(environments, 'prod').name).toBe('prod');
  expect(() => selectEnvironment(environments, 'prdo')).toThrow(
    'prdo: there is no environment of that name in cdk.json: write one of "dev", "prod"',
  );
});
