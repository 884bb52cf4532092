import { ban, NOW } from '../../enforcement/support/bans';
import { OperatedEnvironment } from './support/environment';
import { CALLER } from './support/front';

const HOUR = 3600;
const DAY = 24 * HOUR;
let environment: OperatedEnvironment;
beforeEach(async () => {
  environment = await OperatedEnvironment.start();
});
afterEach(() => environment.close());

const banned = async () => (await environment.ledger.bansInForce(environment.now)).map(({ cidr }) => cidr);

describe('ringfence ban', () => {
  it('writes the ban with who, when and why, and the next run of the enforcer denies it', async () => {
    const { stdout, exitCode } = await environment.run(
      ['ban', '198.51.100.7', '--for', '1d', '--because', 'toll fraud,\n ticket 4711'],
      { columns: 80 },
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^banned {6}198\.51\.100\.7 for 1d, until 2026-11-24 00:00:00Z \(in 1 d\)$/m);
    expect(stdout).toMatch(/^by {10}voice-admin\/alice$/m);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(await environment.ledger.bansInForce(NOW)).toMatchObject([
      {
        source: '198.51.100.7',
        origin: 'operator',
        because: 'toll fraud, ticket 4711',
        expiresAt: NOW + DAY,
      },
    ]);
    expect(await environment.ledger.history('198.51.100.7')).toMatchObject([
      {
        at: NOW,
        action: 'ban',
        by: CALLER,
        detail: '198.51.100.7/32 for 1d, offence 1: toll fraud, ticket 4711',
      },
    ]);
    await environment.run(['reconcile']);
    expect(environment.denies()).toEqual(['1 198.51.100.7/32']);
  });

  it.each([
    ['198.51.100.0/28', '198.51.100.0/28'],
    ['2001:db8:bad::7', '2001:db8:bad::/64'],
    ['2001:DB8:BAD::/56', '2001:db8:bad::/56'],
  ])('of %s covers %s, and --json tells it', async (target, cidr) => {
    const document = await environment.json('ban', target, '--for', '2h', '--because', 'scanner');
    expect(document).toEqual({
      source: target,
      cidr,
      bannedAt: NOW,
      expiresAt: NOW + 2 * HOUR,
      offence: 1,
      because: 'scanner',
      by: CALLER,
      replaced: null,
    });
    expect(await banned()).toEqual([cidr]);
  });

  it('replaces a ban in force, shorter or longer, and counts on', async () => {
    await environment.ledger.putBan(ban('198.51.100.7'), 'detector');
    const document = await environment.json(
      'ban',
      '198.51.100.7',
      '--for',
      '30m',
      '--because',
      'a short one',
    );
    expect(document).toMatchObject({
      expiresAt: NOW + HOUR / 2,
      offence: 2,
      replaced: { origin: 'automatic', expiresAt: NOW + HOUR },
    });
  });

  it.each([
    ['103.55.116.7', '103.55.116.0/24 (proxy range)'],
    ['103.55.0.0/16', '103.55.116.0/24 (proxy range)'],
    ['203.0.113.128/25', '203.0.113.0/24 (configuration)'],
    ['10.20.30.40', '10.20.0.0/16 (own addresses)'],
    ['192.0.2.7', '192.0.2.0/28 (operator)'],
    [
      '0.0.0.0/0',
      '10.20.0.0/16 (own addresses), 103.55.116.0/24 (proxy range), 203.0.113.0/24 (configuration)',
    ],
  ])(
    'of %s, which overlaps the allowlist, is refused by naming %s, also with --force (I1)',
    async (target, named) => {
      await environment.ledger.allow('192.0.2.0/28', 'bob', 'carrier', NOW);
      for (const force of [[], ['--force']]) {
        const call = ['ban', target, '--for', '1d', '--because', 'x', ...force];
        const { exitCode, stdout, stderr } = await environment.run(call);
        expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
        expect(stderr).toContain(named);
      }
      expect(await banned()).toEqual([]);
    },
  );

  it('of somebody known to call, or of half the Internet, needs --force', async () => {
    await environment.ledger.recordLegitimate(new Map([['198.51.100.9', NOW + DAY]]));
    const cases = [
      ['198.51.100.0/24', '198.51.100.9'],
      ['198.48.0.0/13', 'wider than /16'],
    ] as const;
    for (const [target, says] of cases) {
      const call = ['ban', target, '--for', '1d', '--because', 'x'];
      const refused = await environment.run(call);
      expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
      expect(refused.stderr).toContain(says);
      expect(await banned()).not.toContain(target);
      expect(await environment.run([...call, '--force'])).toMatchObject({ exitCode: 0 });
      expect(await banned()).toContain(target);
    }
  });

  it('of what a colleague holds is refused, and with --force ends the hold', async () => {
    await environment.json('unban', '198.51.100.7', '--hold', '1d', '--because', 'our monitor');
    const call = ['ban', '198.51.100.7', '--for', '1h', '--because', 'not ours after all'];
    const refused = await environment.run(call);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain(
      '198.51.100.7 is held until 2026-11-24 00:00:00Z (in 1 d) by voice-admin/alice: our monitor',
    );
    expect(await environment.run([...call, '--force'])).toMatchObject({ exitCode: 0 });
    expect(await environment.ledger.holds()).toEqual([]);
    expect((await environment.ledger.history('198.51.100.7')).map(({ action }) => action).sort()).toEqual([
      'ban',
      'hold',
      'release',
    ]);
  });

  it('says where nothing will be enforced: in observe mode, and while paused', async () => {
    const call = ['ban', '198.51.100.7', '--for', '1h', '--because', 'x'];
    await environment.ledger.setPaused({ by: 'bob', because: 'maintenance', at: NOW });
    expect((await environment.run(call)).stdout).toContain(
      'not before ringfence resume: changes are paused (maintenance)',
    );
    environment.deploy({ mode: 'observe' });
    expect((await environment.run(call)).stdout).toContain('observe mode');
  });

  it.each([
    [['--for', '1d'], "required option '--because <reason>' not specified"],
    [['--because', 'x'], "required option '--for <duration>' not specified"],
    [['--for', '1 d', '--because', 'x'], '--for "1 d" is not a duration'],
    [['--for', '1d', '--because', ' '], '--because is empty'],
    [['--for', '1d', '--because', 'x'.repeat(501)], '--because has 501 characters: write at most 500'],
  ])('%j is wrong use', async (flags, says) => {
    const { exitCode, stdout, stderr } = await environment.run(['ban', '198.51.100.7', ...flags]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(says);
  });

  it.each(['198.51.100', '198.51.100.7/24', 'example.com'])('of %s is wrong use', async (target) => {
    const { exitCode, stderr } = await environment.run(['ban', target, '--for', '1d', '--because', 'x']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^ringfence: "/);
  });
});

describe('ringfence unban', () => {
  beforeEach(() => environment.ledger.putBan(ban('198.51.100.7'), 'detector'));

  it('ends the ban, and the next run of the enforcer lets the source in', async () => {
    await environment.run(['reconcile']);
    expect(environment.denies()).toEqual(['1 198.51.100.7/32']);
    const document = await environment.json('unban', '198.51.100.7', '--because', 'our own monitor');
    expect(document).toEqual({
      target: '198.51.100.7',
      cidr: '198.51.100.7/32',
      by: CALLER,
      because: 'our own monitor',
      at: NOW,
      ended: { bannedAt: NOW - 600, expiresAt: NOW + HOUR, origin: 'automatic' },
      holdUntil: null,
    });
    await environment.run(['reconcile']);
    expect(environment.denies()).toEqual([]);
    expect(environment.listed()).toEqual([]);
    expect((await environment.ledger.history('198.51.100.7')).at(-1)).toEqual({
      at: NOW,
      action: 'unban',
      by: CALLER,
      detail: 'our own monitor',
    });
  });

  it('with --hold keeps detection from banning it again, and wider entries from covering it', async () => {
    await environment.json('unban', '198.51.100.7', '--hold', '1d', '--because', 'their new PBX');
    expect(await environment.ledger.holds()).toMatchObject([
      { cidr: '198.51.100.7/32', until: NOW + DAY, by: CALLER, because: 'their new PBX' },
    ]);
    expect(await environment.ledger.legitimateSources(NOW)).toEqual(['198.51.100.7']);
  });

  it('with --hold also holds somebody who is not banned', async () => {
    const { stdout, exitCode } = await environment.run(['unban', '198.51.100.8', '--hold', '2h']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('nothing: 198.51.100.8 was not banned');
    expect(await environment.ledger.holds()).toMatchObject([
      { cidr: '198.51.100.8/32', because: 'no reason given' },
    ]);
  });

  it('of somebody who is not banned fails, and names the wider ban where there is one', async () => {
    const nobody = await environment.run(['unban', '192.0.2.1']);
    expect(nobody).toMatchObject({ exitCode: 1, stdout: '' });
    expect(nobody.stderr).toContain('192.0.2.1 is not banned: nothing was done');
    await environment.json('ban', '192.0.2.0/24', '--for', '1d', '--because', 'x');
    const inside = await environment.run(['unban', '192.0.2.1', '--hold', '1d']);
    expect(inside).toMatchObject({ exitCode: 1, stdout: '' });
    expect(inside.stderr).toContain('lies inside the ban of 192.0.2.0/24');
    expect(await environment.ledger.holds()).toEqual([]);
  });
});
