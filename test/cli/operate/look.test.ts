import type { StatusDocument } from '../../../lib/cli/operate/status-document';
import { ban, NOW } from '../../enforcement/support/bans';
import { OperatedEnvironment } from './support/environment';

let environment: OperatedEnvironment;
beforeEach(async () => {
  environment = await OperatedEnvironment.start();
});
afterEach(() => environment.close());

const status = () => environment.json<StatusDocument>('status');
const wellRun = { at: NOW - 20, ok: true, changes: 0 };

describe('ringfence status', () => {
  it('of an environment that does its work says so, with what it holds', async () => {
    await environment.ledger.putBan(ban('198.51.100.7'), 'detector');
    await environment.json('ban', '192.0.2.0/28', '--for', '1d', '--because', 'x');
    await environment.run(['reconcile']);
    await environment.ledger.advanceJudgedThrough(NOW - 120);
    expect(await status()).toMatchObject({
      environment: 'dev',
      mode: 'enforce',
      at: NOW,
      healthy: true,
      problems: [],
      paused: null,
      lastRun: { at: NOW, ok: true, changes: 3 },
      judgedThrough: NOW - 120,
      bans: { inForce: 2, automatic: 1, operator: 1 },
      networkAcls: [{ slots: { ipv4: { used: 2, effective: 18 } }, strangers: [], pending: 0 }],
      ipSets: [{ addresses: 2, capacity: 10_000, pending: 0 }, { addresses: 0 }],
      overflow: { capacity: 0, deniedByNothing: 0 },
    });
    const { stdout } = await environment.run(['status']);
    expect(stdout).toMatch(/^dev: all is well$/m);
    expect(stdout).toMatch(/^detection {3}SIP traffic judged up to .* \(2 min ago\)$/m);
    expect(environment.takeChanges().filter((action) => !/^(Create|Update)/.test(action))).toEqual([]);
  });

  it.each<[string, () => Promise<void>, string]>([
    ['never ran', async () => undefined, 'the enforcer has never run'],
    [
      'stopped quietly',
      () => environment.ledger.recordRun({ ...wellRun, at: NOW - 3600 }),
      'the enforcer has not run for 1 h: see the alarm EnforcementLate',
    ],
    [
      'failed',
      () => environment.ledger.recordRun({ ...wellRun, ok: false, detail: 'acl-1: throttled' }),
      'the last run of the enforcer failed: acl-1: throttled',
    ],
    [
      'is paused',
      () => environment.ledger.setPaused({ by: 'bob', because: 'maintenance', at: NOW - 7200 }),
      'changes are paused for 2 h by bob (maintenance): ringfence resume',
    ],
    [
      'has an ACL that cannot be read',
      async () => {
        environment.deploy({
          networkAcls: environment.cloud.deployment.networkAcls.map((acl) => ({ ...acl, id: 'acl-0ff' })),
        });
      },
      'acl-0ff cannot be read',
    ],
  ])('of one that %s is not healthy', async (_, arrange, problem) => {
    await arrange();
    const { healthy, problems } = await status();
    expect(healthy).toBe(false);
    expect(problems.join('\n')).toContain(problem);
    const { stdout, exitCode } = await environment.run(['status'], { columns: 80 });
    expect(exitCode).toBe(0);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('tells of bans without a slot, of the open breaker and of rules on our numbers', async () => {
    await environment.ledger.recordRun(wellRun);
    environment.deploy({ ban: { ...environment.cloud.deployment.ban, maxNewPerHour: 20 } });
    for (let i = 0; i < 25; i++) await environment.ledger.putBan(ban(`198.18.${i}.1`), 'detector');
    environment.cloud.embedded.networkAcls.createEntry({
      networkAclId: environment.networkAclId,
      ruleNumber: 7,
      egress: false,
      protocol: '-1',
      ruleAction: 'deny',
      cidrBlock: '192.0.2.1/32',
    });
    const { problems } = await status();
    expect(problems).toEqual([
      'the breaker is open: 5 new bans recorded, not enforced',
      '3 bans found no slot: the IP sets hold them, which SIP does not pass',
      `${environment.networkAclId} rule 7 takes one of our numbers and is left alone: not recorded as ours`,
    ]);
  });

  it('shows holds until they are over', async () => {
    await environment.json('unban', '198.51.100.7', '--hold', '2h', '--because', 'their new PBX');
    expect((await status()).holds).toMatchObject([{ cidr: '198.51.100.7/32', until: NOW + 7200 }]);
    environment.clock.nowMs += 7_200_000;
    expect((await status()).holds).toEqual([]);
  });
});

describe('ringfence list', () => {
  it('of nobody says so', async () => {
    expect(await environment.json('list')).toEqual({ environment: 'dev', at: NOW, bans: [] });
    expect((await environment.run(['list'])).stdout).toBe('Nobody is banned in dev.\n');
  });

  it('tells of each ban what denies it, or why nothing does, by hand first and then by weight', async () => {
    await environment.ledger.putBan(ban('198.51.100.7', { weight: 5, because: 'sweep' }), 'detector');
    await environment.ledger.putBan(ban('198.51.100.9', { weight: 50 }), 'detector');
    await environment.run(['reconcile']);
    await environment.json('ban', '192.0.2.1', '--for', '1d', '--because', 'fraud');
    const { bans } = await environment.json<{ bans: object[] }>('list');
    const rule = (ruleNumber: number, cidr: string) => ({
      rules: [{ networkAclId: environment.networkAclId, ruleNumber, cidr }],
      ipSets: ['ringfence-local-ipv4'],
    });
    expect(bans).toMatchObject([
      {
        source: '192.0.2.1',
        origin: 'operator',
        notInSlotsBecause: 'pending',
        deniedBy: { rules: [], ipSets: [] },
      },
      { source: '198.51.100.9', notInSlotsBecause: null, deniedBy: rule(1, '198.51.100.9/32') },
      { source: '198.51.100.7', notInSlotsBecause: null, deniedBy: rule(2, '198.51.100.7/32') },
    ]);
    const { stdout } = await environment.run(['list']);
    expect(stdout).toMatch(/^192\.0\.2\.1 .* not yet .* by hand: fraud$/m);
    expect(stdout).toMatch(/^198\.51\.100\.7 .* rule 2, IP set .* sweep$/m);
  });

  it('fits 80 columns, shows more at 160, and on a terminal not more than one can read', async () => {
    for (let i = 0; i < 45; i++) await environment.ledger.putBan(ban(`198.18.${i}.1`), 'detector');
    const narrow = await environment.run(['list'], { columns: 80 });
    for (const line of narrow.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(narrow.stdout).toContain('… and 5 more: --all or --json');
    const wide = await environment.run(['list', '--all'], { columns: 160 });
    expect(wide.stdout).toContain('offence');
    expect(wide.stdout).not.toContain('more: --all');
    expect((await environment.run(['list'])).stdout.split('\n')).toHaveLength(45 + 3);
  });

  it('as of another time lists what was in force then', async () => {
    await environment.ledger.putBan(ban('198.51.100.7'), 'detector');
    const at = async (time: string) =>
      (await environment.json<{ bans: object[] }>('list', '--as-of', time)).bans;
    expect(await at('2026-11-23T00:30:00Z')).toHaveLength(1);
    expect(await at(String(NOW + 3600))).toHaveLength(0);
  });
});
