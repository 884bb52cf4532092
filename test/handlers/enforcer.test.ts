import { CreateNetworkAclEntryCommand } from '@aws-sdk/client-ec2';
import { DynamoDbLedger } from '../../lambda/blacklist/dynamodb-ledger';
import type { Deployment } from '../../lambda/enforcement';
import { Ec2NetworkAcls } from '../../lambda/enforcement/ec2-network-acls';
import { Wafv2IpSets } from '../../lambda/enforcement/wafv2-ip-sets';
import { ec2Client, ledgerClient, wafv2Clients } from '../../lambda/handlers/aws-clients';
import { Enforcer } from '../../lambda/handlers/enforcer';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../lib/cli/local/embedded-cloud';
import { ban, NOW } from '../enforcement/support/bans';
import { interceptedClient } from '../blacklist/dynamodb';
import { SITE } from './support/site';
import { RecordedTelemetry } from './support/telemetry';

let cloud: EmbeddedCloud;
let telemetry: RecordedTelemetry;
let nowMs: number;

beforeEach(async () => {
  nowMs = NOW * 1000;
  telemetry = new RecordedTelemetry();
  cloud = await startEmbeddedCloud(SITE, () => nowMs);
});
afterEach(() => cloud.close());

const ledger = (client = ledgerClient(cloud.dynamoDb)) =>
  new DynamoDbLedger({ client, tableName: cloud.deployment.ledgerTable, now: () => nowMs });

/** One run of the enforcer, composed as the handler does it. */
async function tick(change: Partial<Deployment> = {}, client = ledgerClient(cloud.dynamoDb)) {
  const deployment = { ...cloud.deployment, ...change };
  const enforcer = new Enforcer({
    ledger: ledger(client),
    networkAcls: new Ec2NetworkAcls(ec2Client(cloud.aws)),
    ipSets: new Wafv2IpSets(wafv2Clients(deployment, cloud.aws)),
    deployment,
    telemetry,
    clock: () => nowMs,
    sleep: async () => undefined,
  });
  cloud.embedded.clearCalls();
  const report = await enforcer.handle(`run-${nowMs}`, 60_000);
  return {
    report,
    changes: cloud.embedded.changingCalls().map(({ action }) => action),
    metrics: telemetry.takeMetrics(),
  };
}

const acl = () => cloud.deployment.networkAcls[0]?.id ?? '';
const denies = () =>
  cloud.embedded.networkAcls
    .get(acl())
    .entries.filter(
      ({ egress, ruleNumber, ruleAction }) => !egress && ruleAction === 'deny' && ruleNumber < 32_767,
    )
    .map(({ ruleNumber, cidrBlock, ipv6CidrBlock }) => `${ruleNumber} ${cidrBlock ?? ipv6CidrBlock ?? ''}`);
const listed = () => cloud.embedded.ipSets.list('REGIONAL').map(({ Addresses }) => Addresses);

async function banAll(...sources: string[]): Promise<void> {
  for (const source of sources) await ledger().putBan(ban(source), 'detector');
}

describe('a tick of the enforcer', () => {
  it('fills slots and IP sets of both families, and has nothing to do the second time', async () => {
    await banAll('198.51.100.7', '2001:db8:bad::7');
    const first = await tick();
    expect(first.report).toMatchObject({ applied: true, errors: [] });
    expect(first.metrics).toMatchObject({
      ReconcileSucceeded: 1,
      EnforcementErrors: 0,
      NetworkAclChanges: 2,
      SlotsOverflow: 0,
    });
    expect(denies().sort()).toEqual(['1 198.51.100.7/32', '2 2001:db8:bad::/64']);
    expect(listed()).toEqual([['198.51.100.7/32'], ['2001:0db8:0bad:0000:0000:0000:0000:0000/64']]);

    const second = await tick();
    expect(second.changes).toEqual([]);
    expect(second.metrics).toMatchObject({ ReconcileSucceeded: 1, NetworkAclChanges: 0 });
  });

  it('takes a ban out once it has expired', async () => {
    await banAll('198.51.100.7');
    await tick();
    nowMs += 3601_000;
    expect((await tick()).report.applied).toBe(true);
    expect(denies()).toEqual([]);
    expect(listed()).toEqual([[], []]);
  });

  it('counts what found no slot, and keeps it in the IP set', async () => {
    await banAll(...Array.from({ length: 20 }, (_, i) => `198.51.${i}.7`));
    const { metrics } = await tick();
    expect(metrics).toMatchObject({ NetworkAclChanges: 18, SlotsOverflow: 2, ReconcileSucceeded: 1 });
    expect(listed()[0]).toHaveLength(20);
  });

  it('leaves a rule of somebody else on our numbers where it is, and counts it', async () => {
    const theirs = {
      NetworkAclId: acl(),
      RuleNumber: 7,
      Egress: false,
      Protocol: '-1',
      RuleAction: 'deny',
    } as const;
    await ec2Client(cloud.aws).send(
      new CreateNetworkAclEntryCommand({ ...theirs, CidrBlock: '203.0.113.9/32' }),
    );
    await banAll('198.51.100.7');
    expect((await tick()).metrics).toMatchObject({ Strangers: 1 });
    expect(denies().sort()).toEqual(['1 198.51.100.7/32', '7 203.0.113.9/32']);
  });

  it('in observe mode makes no changing call, and that is a success', async () => {
    await banAll('198.51.100.7');
    const { report, changes, metrics } = await tick({ mode: 'observe' });
    expect(changes).toEqual([]);
    expect(report).toMatchObject({ applied: false, mode: 'observe' });
    expect(report.networkAcls[0]?.changes).toHaveLength(1);
    expect(metrics).toMatchObject({ ReconcileSucceeded: 1, EnforcementErrors: 0 });
    expect(denies()).toEqual([]);
  });

  it('paused by an operator makes no changing call, and that is a success', async () => {
    await banAll('198.51.100.7');
    await ledger().setPaused({ by: 'admin', because: 'a call to the provider', at: NOW });
    const { changes, metrics } = await tick();
    expect(changes).toEqual([]);
    expect(metrics).toMatchObject({ ReconcileSucceeded: 1 });
  });

  it('gives way to another writer, and that is a success', async () => {
    await banAll('198.51.100.7');
    await ledger().acquireLease('somebody else', nowMs, 60_000);
    const { report, changes, metrics } = await tick();
    expect(report.stopped).toBe('lease-held');
    expect(changes).toEqual([]);
    expect(metrics).toMatchObject({ ReconcileSucceeded: 1 });
  });

  it('reports a network ACL that is gone, goes on with the IP sets, and is no success', async () => {
    await banAll('198.51.100.7');
    const gone = {
      id: 'acl-0fffffffffffffff0',
      ruleNumbers: '1-50',
      quota: 20,
      slots: { ipv4: 18, ipv6: 18 },
    };
    const { metrics } = await tick({ networkAcls: [gone] });
    expect(metrics).toMatchObject({ ReconcileSucceeded: 0, EnforcementErrors: 1 });
    expect(telemetry.errors[0]).toMatch(/acl-0fffffffffffffff0/);
    expect(listed()[0]).toEqual(['198.51.100.7/32']);
  });

  it('rejects where any read of the ledger fails before a change, and has changed nothing', async () => {
    await banAll('198.51.100.7', '2001:db8:bad::7');
    let reads = 0;
    await tick(
      { mode: 'observe' },
      interceptedClient(ledgerClient(cloud.dynamoDb), (command, count) => {
        // The note on the run comes after everything else.
        if (command !== 'PutCommand') reads = count;
      }),
    );
    expect(reads).toBeGreaterThan(16);
    for (let failing = 1; failing <= reads; failing++) {
      const client = interceptedClient(ledgerClient(cloud.dynamoDb), (_command, count) => {
        if (count === failing) throw new Error('the connection is gone');
      });
      await expect(tick({}, client)).rejects.toMatchObject({ name: 'LedgerUnavailableError' });
      expect({ failing, changes: cloud.embedded.changingCalls() }).toEqual({ failing, changes: [] });
      nowMs += 60_000;
    }
    expect(denies()).toEqual([]);
  });

  it('leaves a note on the run: when, whether all was well, and what was not', async () => {
    await banAll('198.51.100.7');
    await tick();
    expect(await ledger().lastRun()).toEqual({
      ...{ at: NOW, ok: true, changes: 2 },
      walls: { slotsUsed: 1, slots: 36, overflow: 0, deniedByNothing: 0 },
    });

    nowMs += 60_000;
    const gone = {
      id: 'acl-0fffffffffffffff0',
      ruleNumbers: '1-50',
      quota: 20,
      slots: { ipv4: 18, ipv6: 18 },
    };
    await tick({ networkAcls: [gone] });
    const failed = await ledger().lastRun();
    expect(failed).toMatchObject({ at: NOW + 60, ok: false });
    expect(failed?.detail).toMatch(/^acl-0fffffffffffffff0: /);

    nowMs += 60_000;
    await ledger().acquireLease('somebody else', nowMs, 60_000);
    await tick();
    expect(await ledger().lastRun()).toEqual(failed);
  });

  it('does its work also where the note on it cannot be written', async () => {
    await banAll('198.51.100.7');
    const told = jest.spyOn(telemetry, 'metric');
    const client = interceptedClient(ledgerClient(cloud.dynamoDb), () => {
      if (told.mock.calls.length > 0) throw new Error('the connection is gone');
    });
    expect((await tick({}, client)).report.applied).toBe(true);
    expect(telemetry.warnings).toMatchObject([{ message: 'the run was not noted in the ledger' }]);
    expect(await ledger().lastRun()).toBeUndefined();
    expect(denies()).toEqual(['1 198.51.100.7/32']);
  });
});
