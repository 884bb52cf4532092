import type { ReconcileReport } from '../../../lambda/enforcement';
import { ENVIRONMENT_KEY } from '../../../lambda/blacklist/history';
import { ban, NOW } from '../../enforcement/support/bans';
import { OperatedEnvironment } from './support/environment';
import { CALLER } from './support/front';

let environment: OperatedEnvironment;
beforeEach(async () => {
  environment = await OperatedEnvironment.start();
  for (const source of ['198.51.100.7', '198.51.100.9'])
    await environment.ledger.putBan(ban(source), 'detector');
});
afterEach(() => environment.close());

const foreign = () =>
  environment.cloud.embedded.networkAcls
    .get(environment.networkAclId)
    .entries.filter(({ egress, ruleNumber }) => egress || ruleNumber > 50);
const history = async () =>
  (await environment.ledger.history(ENVIRONMENT_KEY)).map(
    ({ action, by, detail }) => `${action} by ${by}: ${detail}`,
  );

describe('ringfence reconcile', () => {
  it('makes the world equal to the ledger, and has nothing to do the second time', async () => {
    const before = foreign();
    const first = await environment.json<ReconcileReport>('reconcile');
    expect(first).toMatchObject({
      networkAcls: [
        {
          id: environment.networkAclId,
          changes: [
            { op: 'create', ruleNumber: 1, to: '198.51.100.7/32' },
            { op: 'create', ruleNumber: 2, to: '198.51.100.9/32' },
          ],
        },
      ],
      ipSets: [
        { add: ['198.51.100.7/32', '198.51.100.9/32'], remove: [] },
        { add: [], remove: [] },
      ],
      applied: true,
      overflow: [],
    });
    expect(environment.takeChanges()).toHaveLength(3);
    expect(await environment.json('reconcile')).toMatchObject({
      applied: true,
      networkAcls: [{ changes: [] }],
    });
    expect(environment.takeChanges()).toEqual([]);
    expect(foreign()).toEqual(before);
    expect(await environment.ledger.lastRun()).toMatchObject({ at: NOW, ok: true });
    expect(await history()).toEqual([`reconcile by ${CALLER}: by hand: 3 changes`]);
  });

  it('--dry-run shows the same plan, changes nothing and leaves no trace', async () => {
    const planned = await environment.json<ReconcileReport>('reconcile', '--dry-run');
    expect(planned).toMatchObject({ dryRun: true, applied: false });
    expect(environment.takeChanges()).toEqual([]);
    expect(await environment.ledger.lastRun()).toBeUndefined();
    const made = await environment.json<ReconcileReport>('reconcile');
    expect(made.networkAcls).toEqual(planned.networkAcls);
  });

  it('shows changes and overflow as tables of at most 80 columns', async () => {
    for (let i = 0; i < 20; i++)
      await environment.ledger.putBan(ban(`198.18.${i}.1`, { weight: 1 + i }), 'detector');
    const { stdout } = await environment.run(['reconcile', '--dry-run'], { columns: 80 });
    expect(stdout).toContain('18 changes; then slots: IPv4 18 of 18');
    expect(stdout).toContain('4 bans not in the slots');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('waits for a run that died, until its lease runs out', async () => {
    await environment.ledger.acquireLease('killed', environment.clock.nowMs, 60_000);
    const { exitCode, stderr } = await environment.run(['reconcile']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Another run is at work');
    expect(environment.denies()).toHaveLength(2);
    expect(environment.now - NOW).toBeGreaterThanOrEqual(60);
    expect(environment.now - NOW).toBeLessThan(80);
  });

  it('gives up on a writer that does not end, having changed nothing', async () => {
    await environment.ledger.acquireLease('stubborn', environment.clock.nowMs, 300_000);
    const { exitCode, stdout, stderr } = await environment.run(['reconcile', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ applied: false, stopped: 'lease-held' });
    expect(stderr).toContain('another run holds the lease and does not end');
    expect(environment.takeChanges()).toEqual([]);
  });

  it('fails where an ACL is gone, says which, and still does the rest', async () => {
    const [acl] = environment.cloud.deployment.networkAcls;
    if (acl === undefined) throw new Error('no network ACL');
    environment.deploy({ networkAcls: [{ ...acl, id: 'acl-0fffffffffffffff0' }] });
    const { exitCode, stdout, stderr } = await environment.run(['reconcile', '--json']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('acl-0fffffffffffffff0');
    expect(JSON.parse(stdout)).toMatchObject({
      applied: false,
      errors: [{ target: 'acl-0fffffffffffffff0' }],
    });
    expect(environment.listed()).toHaveLength(2);
    expect(await environment.ledger.lastRun()).toMatchObject({ ok: false });
  });

  it('in observe mode changes nothing, and that is what was asked for (I11)', async () => {
    environment.deploy({ mode: 'observe' });
    expect(await environment.json('reconcile')).toMatchObject({ mode: 'observe', applied: false });
    expect(environment.takeChanges()).toEqual([]);
  });
});

describe('ringfence pause and resume', () => {
  it('stop every change at once, and let it go on', async () => {
    expect(await environment.json('pause', '--because', 'calls drop')).toEqual({
      paused: { by: CALLER, because: 'calls drop', at: NOW },
    });
    expect(await environment.json('reconcile')).toMatchObject({
      applied: false,
      paused: { because: 'calls drop' },
    });
    expect(environment.takeChanges()).toEqual([]);
    environment.clock.nowMs += 60_000;
    expect(await environment.json('resume', '--because', 'it was the carrier')).toMatchObject({
      paused: null,
      was: { because: 'calls drop' },
    });
    environment.clock.nowMs += 60_000;
    expect(await environment.json('reconcile')).toMatchObject({ applied: true });
    expect((await history()).slice(0, 2)).toEqual([
      `pause by ${CALLER}: calls drop`,
      `resume by ${CALLER}: it was the carrier`,
    ]);
  });

  it('resume fails where nothing is paused', async () => {
    const { exitCode, stderr } = await environment.run(['resume']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'ringfence: changes are not paused: nothing was done\n',
    });
  });
});

describe('ringfence clear', () => {
  beforeEach(async () => {
    await environment.run(['reconcile']);
    environment.takeChanges();
  });

  it('takes out what is ours and nothing else, and pauses, so that nothing comes back', async () => {
    const before = foreign();
    const { stdout, exitCode } = await environment.run(['clear', '--yes', '--because', 'removing Ringfence']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Changes stay paused: ringfence resume would fill the slots again.');
    expect(environment.denies()).toEqual([]);
    expect(environment.listed()).toEqual([]);
    expect(foreign()).toEqual(before);
    // The records stay for as long as a call that was given up may still arrive: an entry made late is known as ours.
    const records = await environment.ledger.ownedEntries(environment.networkAclId);
    expect(records.map(({ ruleNumber }) => ruleNumber)).toEqual([1, 2]);
    expect(await environment.ledger.bansInForce(NOW)).toHaveLength(2);
    expect(await environment.json('reconcile')).toMatchObject({ applied: false });
    expect(environment.denies()).toEqual([]);
    await environment.run(['resume']);
    await environment.run(['reconcile']);
    expect(environment.denies()).toHaveLength(2);
  });

  it('works in observe mode too: what stood before must not stand for ever', async () => {
    environment.deploy({ mode: 'observe' });
    expect(await environment.json('clear', '--yes')).toMatchObject({ applied: true });
    expect(environment.denies()).toEqual([]);
  });

  it('leaves a rule that somebody put on our numbers, and says so', async () => {
    environment.cloud.embedded.networkAcls.createEntry({
      networkAclId: environment.networkAclId,
      ruleNumber: 7,
      egress: false,
      protocol: '-1',
      ruleAction: 'deny',
      cidrBlock: '192.0.2.1/32',
    });
    const { stdout } = await environment.run(['clear', '--yes']);
    expect(stdout).toContain('rule 7 (deny 192.0.2.1/32) is left alone: not recorded as ours');
    expect(environment.denies()).toEqual(['7 192.0.2.1/32']);
  });

  it('needs --yes, and --dry-run shows what would go', async () => {
    const unsure = await environment.run(['clear']);
    expect(unsure).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await environment.json('clear', '--dry-run')).toMatchObject({
      networkAcls: [{ changes: [{ op: 'delete' }, { op: 'delete' }] }],
      applied: false,
    });
    expect(environment.takeChanges()).toEqual([]);
    expect(await environment.ledger.paused()).toBeUndefined();
  });
});
