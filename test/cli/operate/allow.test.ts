import { ban, NOW } from '../../enforcement/support/bans';
import { OperatedEnvironment } from './support/environment';
import { CALLER } from './support/front';

let environment: OperatedEnvironment;
beforeEach(async () => {
  environment = await OperatedEnvironment.start();
});
afterEach(() => environment.close());

describe('ringfence allow', () => {
  it('adds a CIDR with who, when and why, and lifts what denies it at the next run', async () => {
    await environment.ledger.putBan(ban('198.51.100.7'), 'detector');
    await environment.run(['reconcile']);
    expect(environment.denies()).toEqual(['1 198.51.100.7/32']);
    const document = await environment.json('allow', '198.51.100.0/28', '--because', 'carrier');
    expect(document).toEqual({
      cidr: '198.51.100.0/28',
      by: CALLER,
      because: 'carrier',
      at: NOW,
      allowed: true,
      bansNotEnforced: ['198.51.100.7/32'],
    });
    await environment.run(['reconcile']);
    expect(environment.denies()).toEqual([]);
    expect(await environment.ledger.history('198.51.100.0/28')).toEqual([
      { at: NOW, action: 'allow', by: CALLER, detail: 'carrier' },
    ]);
  });

  it('without an address shows every entry and where it comes from', async () => {
    await environment.json('allow', '198.51.100.7', '--because', 'carrier');
    environment.deploy({ mediaRanges: ['192.0.2.128/25'] });
    expect(await environment.json('allow')).toEqual({
      allowlist: [
        { cidr: '10.20.0.0/16', origin: 'own addresses' },
        { cidr: '103.55.116.0/24', origin: 'proxy range' },
        { cidr: '192.0.2.128/25', origin: 'media range' },
        { cidr: '203.0.113.0/24', origin: 'configuration' },
        { cidr: '198.51.100.7/32', origin: 'operator' },
      ],
    });
    expect((await environment.run(['allow'])).stdout).toMatch(/^103\.55\.116\.0\/24 {2}proxy range$/m);
  });

  it('--remove takes off what an operator added, and says what still allows it', async () => {
    await environment.json('allow', '203.0.113.7', '--because', 'carrier');
    const document = await environment.json(
      'allow',
      '203.0.113.7',
      '--remove',
      '--because',
      'contract ended',
    );
    expect(document).toMatchObject({
      allowed: false,
      stillAllowed: [{ cidr: '203.0.113.0/24', origin: 'configuration' }],
    });
    expect(await environment.ledger.allowedCidrs()).toEqual([]);
    expect((await environment.ledger.history('203.0.113.7')).map(({ action }) => action).sort()).toEqual([
      'allow',
      'disallow',
    ]);
  });

  it.each([
    ['203.0.113.0/24', '203.0.113.0/24 (configuration)'],
    ['198.51.100.7', 'nothing there is allowed'],
  ])('--remove of %s, which no operator added, fails and says %s', async (target, says) => {
    const { exitCode, stdout, stderr } = await environment.run(['allow', target, '--remove']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(says);
    expect(await environment.ledger.history(target)).toEqual([]);
  });

  it.each([
    [['198.0.0.0/8'], 1, 'wider than /16'],
    [['198.51.100.7/24'], 2, 'has host bits set'],
    [['--remove'], 2, 'which address or CIDR?'],
    [['198.51.100.7', '--because', ''], 2, '--because is empty'],
  ])('%j ends with exit code %i: %s', async (args, exitCode, says) => {
    const ran = await environment.run(['allow', ...args]);
    expect(ran).toMatchObject({ exitCode, stdout: '' });
    expect(ran.stderr).toContain(says);
    expect(await environment.ledger.allowedCidrs()).toEqual([]);
  });
});
