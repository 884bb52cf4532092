import type { DoctorDocument } from '../../../../lib/cli/operate/doctor/text';
import { CHECKS } from '../../../../lib/cli/operate/doctor/finding';
import { ban, NOW } from '../../../enforcement/support/bans';
import { DETECT, ENFORCE, ExaminedCloud, healthyAnswers, refusal } from './cloud';

let cloud: ExaminedCloud;
beforeEach(async () => {
  cloud = await ExaminedCloud.start();
  const { ledger } = cloud.environment;
  await ledger.recordRun({ at: NOW - 20, ok: true, changes: 0 });
  await ledger.advanceJudgedThrough(NOW - 480);
});
afterEach(() => cloud.close());

interface Examined extends DoctorDocument {
  readonly exitCode: number;
}

async function doctor(): Promise<Examined> {
  const { stdout, exitCode } = await cloud.environment.run(['doctor', '--json']);
  return { ...(JSON.parse(stdout) as DoctorDocument), exitCode };
}

const found = ({ findings }: DoctorDocument, health: string): string[] =>
  findings.filter((each) => each.health === health).map(({ check, says }) => `${check}: ${says}`);

describe('ringfence doctor', () => {
  it('finds nothing in an environment that is well, and has looked at everything', async () => {
    const examined = await doctor();
    expect(found(examined, 'failed')).toEqual([]);
    expect(found(examined, 'warning')).toEqual([]);
    expect([...new Set(examined.findings.map(({ check }) => check))]).toEqual([...CHECKS]);
    expect(examined).toMatchObject({ healthy: true, exitCode: 0, at: NOW });
  });

  it('only reads: no call of any service changes anything', async () => {
    // The AWS naming of reads; a lease or a repair would show as an Update, Put, Create, Replace or Delete.
    const changing = (): string[] =>
      [...cloud.called].filter((name) => !/^(?:Describe|Get|List|Query|BatchGet)/.test(name));
    // What was arranged shows, so the doctor's own would.
    expect(changing()).toEqual(['Put', 'Update']);
    cloud.called.clear();
    await doctor();
    expect(changing()).toEqual([]);
    expect(cloud.called.size).toBeGreaterThan(20);
    expect(cloud.environment.takeChanges()).toEqual([]);
  });

  const ASKED = Object.keys(healthyAnswers({ ledgerTable: '' } as never)).filter(
    (name) => name !== 'DescribeLogStreams',
  );
  it.each(ASKED)('that may not %s says which permission is missing, and goes on', async (name) => {
    cloud.answers[name] = () => refusal();
    const examined = await doctor();
    expect(examined.exitCode).toBe(1);
    const missing = examined.findings.filter(({ missingPermission }) => missingPermission !== undefined);
    expect(missing.length).toBeGreaterThan(0);
    for (const { missingPermission, health, remedy } of missing) {
      expect(missingPermission).toMatch(new RegExp(`^[a-z0-9]+:${name}$`));
      expect(health).toBe('failed');
      expect(remedy).toContain(missingPermission);
    }
    expect(new Set(examined.findings.map(({ check }) => check))).toEqual(new Set(CHECKS));
  });

  it.each<[string, string, () => void | Promise<void>]>([
    [
      'recovery: point-in-time recovery is off: what is lost stays lost',
      'failed',
      () => {
        cloud.answers['DescribeContinuousBackups'] = () => ({});
      },
    ],
    [
      'enforcer: it has not run for 1 h',
      'failed',
      () => cloud.environment.ledger.recordRun({ at: NOW - 3600, ok: true, changes: 0 }),
    ],
    [
      'enforcer: its last run failed: acl-1: throttled',
      'failed',
      () =>
        cloud.environment.ledger.recordRun({
          at: NOW - 10,
          ok: false,
          changes: 0,
          detail: 'acl-1: throttled',
        }),
    ],
    [
      'pause: changes are paused for 2 h by bob: maintenance',
      'warning',
      () => cloud.environment.ledger.setPaused({ by: 'bob', because: 'maintenance', at: NOW - 7200 }),
    ],
    [
      'lease: held by enforcer-1 until 1 d from now, longer than anybody may',
      'warning',
      async () => {
        await cloud.environment.ledger.acquireLease('enforcer-1', NOW * 1000, 86_400_000);
      },
    ],
    [
      'functions: enforce has 0 executions set aside: it never runs',
      'failed',
      () => {
        cloud.answers['GetFunctionConcurrency'] = ({ FunctionName }) => ({
          ReservedConcurrentExecutions: FunctionName === ENFORCE ? 0 : 10,
        });
      },
    ],
    [
      'functions: enforce has no execution set aside instead of 1: the lease alone keeps it to one writer',
      'warning',
      () => {
        cloud.answers['GetFunctionConcurrency'] = () => ({});
      },
    ],
    [
      'functions: detect works with another deployment document than the one read here',
      'failed',
      () => {
        const changed = { ...cloud.environment.cloud.deployment, mode: 'observe' as const };
        const { ListFunctions } = healthyAnswers(changed);
        cloud.answers['ListFunctions'] = (input) => ListFunctions?.(input);
      },
    ],
    [
      `dead letters: detect gave up on 3 events, kept in ${DETECT}-Failures`,
      'failed',
      () => {
        cloud.answers['GetQueueAttributes'] = ({ QueueUrl }) => ({
          Attributes: { ApproximateNumberOfMessages: String(QueueUrl).includes(DETECT) ? '3' : '0' },
        });
      },
    ],
    [
      'flow log: no flow log covers subnet-0a1b2c3d4e5f60718: who probes there is not seen',
      'failed',
      () => {
        cloud.answers['DescribeFlowLogs'] = () => ({ FlowLogs: [] });
      },
    ],
    [
      'flow log: fl-0a1b cannot deliver: Access error',
      'failed',
      () => changeFlowLog({ DeliverLogsStatus: 'FAILED', DeliverLogsErrorMessage: 'Access error' }),
    ],
    [
      'flow log: fl-0a1b logs REJECT traffic only: detection needs all of it',
      'failed',
      () => changeFlowLog({ TrafficType: 'REJECT' }),
    ],
    [
      'flow log: fl-0a1b aggregates over 600 s: bans come ten minutes later',
      'warning',
      () => changeFlowLog({ MaxAggregationInterval: 600 }),
    ],
    [
      "flow log: fl-0a1b has other fields than detect expects, or is another's: version srcaddr",
      'warning',
      () => changeFlowLog({ LogFormat: '${version} ${srcaddr}' }),
    ],
    [
      'subscription: no log group among voice-records sends its records to detect',
      'failed',
      () => {
        cloud.answers['DescribeSubscriptionFilters'] = () => ({ subscriptionFilters: [] });
      },
    ],
    [
      'records: no flow-log record in three hours: blind; SIP traffic judged up to 8 min ago',
      'failed',
      () => {
        cloud.answers['GetMetricStatistics'] = () => ({ Datapoints: [] });
      },
    ],
    [
      'exposure: sg-voice admits SIP from 0.0.0.0/0, outside the proxy ranges',
      'failed',
      () => {
        cloud.answers['DescribeSecurityGroups'] = () => ({
          SecurityGroups: [
            {
              GroupId: 'sg-voice',
              IpPermissions: [
                { IpProtocol: '17', FromPort: 1, ToPort: 9999, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
              ],
            },
          ],
        });
      },
    ],
    ['alarms: 1 alarm on: EnforcementLate', 'warning', () => changeAlarm({ StateValue: 'ALARM' })],
    ['alarms: 1 alarm tell nobody: EnforcementLate', 'failed', () => changeAlarm({ ActionsEnabled: false })],
    [
      'mail: nobody has confirmed a subscription of dev-Monitoring-Alarms: alarms go nowhere',
      'failed',
      () => {
        cloud.answers['ListSubscriptionsByTopic'] = () => ({
          Subscriptions: [{ SubscriptionArn: 'PendingConfirmation', Endpoint: 'voice-ops@example.com' }],
        });
      },
    ],
  ])('finds: %s', async (says, health, arrange) => {
    await arrange();
    const examined = await doctor();
    expect(found(examined, health)).toContain(says);
    expect(examined.exitCode).toBe(health === 'failed' ? 1 : 0);
  });

  it('finds an allow of somebody else that lets banned sources in before our rules', async () => {
    entry(30, 'allow', '0.0.0.0/0');
    const examined = await doctor();
    expect(found(examined, 'failed')).toEqual([
      expect.stringMatching(
        /^rule order: acl-\w+: allow rule 30 \(0\.0\.0\.0\/0\) comes before some of ours/,
      ),
    ]);
    expect(found(examined, 'warning').join()).toContain('takes one of our numbers');
  });

  it('is content with an early allow for a proxy range', async () => {
    entry(30, 'allow', '103.55.116.0/24');
    expect(found(await doctor(), 'failed')).toEqual([]);
  });

  it('finds a deny that keeps the voice provider out, whoever made it', async () => {
    entry(60, 'deny', '103.55.0.0/16');
    expect(found(await doctor(), 'failed')).toEqual([
      expect.stringMatching(
        /rule 60 denies 103\.55\.0\.0\/16, and with it the proxy range 103\.55\.116\.0\/24$/,
      ),
    ]);
  });

  it('finds bans of allowlisted sources and an allowlist that is too wide', async () => {
    await cloud.environment.ledger.putBan(ban('203.0.113.9'), 'detector');
    await cloud.environment.ledger.allow('198.0.0.0/8', 'alice', 'a slip', NOW);
    expect(found(await doctor(), 'warning')).toEqual([
      'allowlist: 198.0.0.0/8 is allowed as a whole: nobody in there is ever banned',
      'allowlist: 1 ban of allowlisted sources, not enforced: 203.0.113.9',
    ]);
  });

  it('finds that other rules leave fewer slots than are configured, and that bans find none', async () => {
    for (let i = 0; i < 19; i++) await cloud.environment.ledger.putBan(ban(`198.18.${i}.1`), 'detector');
    for (let rule = 60; rule < 64; rule++) entry(rule, 'deny', `192.0.${rule}.0/24`);
    const warnings = found(await doctor(), 'warning').join('\n');
    expect(warnings).toMatch(/IPv4 14 of 14, .*18 ipv4 slots are configured, other rules leave fewer/);
    expect(warnings).toContain('5 bans found no slot');
  });

  it('finds an IP set that is gone, and a network ACL that is', async () => {
    const { networkAcls, ipSets } = cloud.environment.cloud.deployment;
    cloud.environment.deploy({
      networkAcls: networkAcls.map((acl) => ({ ...acl, id: 'acl-0ff' })),
      ipSets: ipSets.map((set) => ({ ...set, id: 'gone' })),
    });
    const failures = found(await doctor(), 'failed').join('\n');
    expect(failures).toMatch(/IP sets: ringfence-local-ipv4 \(REGIONAL\) cannot be read/);
    expect(failures).toMatch(/slots: acl-0ff cannot be read/);
    expect(failures).toMatch(/network ACL: ec2:DescribeNetworkAcls could not be asked/);
  });

  it('says that a document is not there, and by how much the clock is wrong', async () => {
    const { endpoint, clock } = cloud.environment;
    clock.nowMs += 90_000;
    const { stdout, exitCode } = await cloud.environment.runBare([
      ...['doctor', '--env', 'prod', '--endpoint-url', endpoint],
    ]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ok +credentials +voice-admin\/alice \(111111111111\)$/m);
    expect(stdout).toMatch(/^WARNING +clock +this machine's clock is 1 min 30 s ahead of AWS's$/m);
    expect(stdout).toMatch(/^FAILED +deployment .*no SSM parameter \/ringfence\/prod\/deployment/m);
    expect(stdout).toMatch(/^prod: 1 check failed, 1 warning, 1 ok$/m);
  });

  it('without an environment is wrong use', async () => {
    const { exitCode, stderr } = await cloud.environment.runBare([
      'doctor',
      '--endpoint-url',
      cloud.environment.endpoint,
    ]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining('which environment? Give --env NAME') as string,
    });
  });

  it('where a service is unknown to the endpoint says so, and does not crash', async () => {
    cloud.answers = {};
    const examined = await doctor();
    expect(found(examined, 'warning').join('\n')).toContain('the endpoint does not know it');
    expect(new Set(examined.findings.map(({ check }) => check))).toEqual(new Set(CHECKS));
  });

  it('fits 80 columns, and tells states by a word', async () => {
    cloud.answers['DescribeContinuousBackups'] = () => ({});
    const { stdout } = await cloud.environment.run(['doctor'], { columns: 80 });
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^FAILED +recovery +point-in-time recovery is off/m);
    expect(stdout).toMatch(/^ok +lease +/m);
  });
});

function changeFlowLog(change: object): void {
  const [flowLog] = (cloud.answers['DescribeFlowLogs']?.({}) as { FlowLogs: object[] }).FlowLogs;
  cloud.answers['DescribeFlowLogs'] = () => ({ FlowLogs: [{ ...flowLog, ...change }] });
}

function changeAlarm(change: object): void {
  const [alarm] = (cloud.answers['DescribeAlarms']?.({}) as { MetricAlarms: object[] }).MetricAlarms;
  cloud.answers['DescribeAlarms'] = () => ({ MetricAlarms: [{ ...alarm, ...change }] });
}

function entry(ruleNumber: number, ruleAction: 'allow' | 'deny', cidrBlock: string): void {
  const { networkAclId, cloud: built } = cloud.environment;
  built.embedded.networkAcls.createEntry({
    networkAclId,
    ruleNumber,
    egress: false,
    protocol: '-1',
    ruleAction,
    cidrBlock,
  });
}
