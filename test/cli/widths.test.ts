import { ban, NOW } from '../enforcement/support/bans';
import { OperatedEnvironment } from './operate/support/environment';
import type { Ran } from './support/ringfence';

const WIDTHS = [80, 160];
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, 'g');

const linesOf = ({ stdout }: Ran): string[] => stdout.replace(ESCAPES, '').trimEnd().split('\n');

let environment: OperatedEnvironment;
beforeAll(async () => {
  environment = await OperatedEnvironment.start();
  const { ledger } = environment;
  const long = '4 own addresses that never answered SIP in 1 h, and 12 new source ports within ten minutes';
  const evidence = [{ rule: 'dark-addresses', at: NOW - 700, detail: long, score: 10, forgeable: false }];
  for (let i = 0; i < 25; i++)
    await ledger.putBan(ban(`198.18.${i}.${100 + i}`, { evidence, offence: 3 }), 'detector');
  await ledger.putBan(ban('2001:db8:1234:5678::7', { evidence }), 'detector');
  await environment.run([
    'ban',
    '192.0.2.0/28',
    '--for',
    '1d',
    '--because',
    'a reason of some length, ticket 4711 of the carrier',
  ]);
  await environment.run(['unban', '203.0.113.77', '--hold', '2h', '--because', 'their new PBX is noisy']);
  await environment.run(['reconcile']);
  for (const rule of [3, 9, 14, 21, 30, 31, 32, 33]) stranger(rule + 17);
});
afterAll(() => environment.close());

function stranger(ruleNumber: number): void {
  const { networkAclId, cloud } = environment;
  if (cloud.embedded.networkAcls.get(networkAclId).entries.some((entry) => entry.ruleNumber === ruleNumber))
    return;
  try {
    cloud.embedded.networkAcls.createEntry({
      ...{
        networkAclId,
        ruleNumber,
        egress: false,
        protocol: '17',
        ruleAction: 'allow',
        cidrBlock: '192.0.2.1/32',
      },
    });
  } catch {
    // The quota is used up: enough strangers.
  }
}

describe.each(WIDTHS)('at %i columns', (columns) => {
  it.each([
    [['status']],
    [['list']],
    [['why', '198.18.3.103']],
    [['why', '192.0.2.5']],
    [['doctor']],
    [['reconcile', '--dry-run']],
  ])('ringfence %j does not run over', async (args) => {
    const ran = await environment.run(args, { columns, env: { NO_COLOR: '' } });
    const over = linesOf(ran).filter((line) => line.length > columns);
    expect(over).toEqual([]);
  });

  it('status is one screen of 24 lines, whatever there is to say', async () => {
    const lines = linesOf(await environment.run(['status'], { columns }));
    expect(lines.length).toBeLessThanOrEqual(23);
    expect(lines.join('\n')).toMatch(/^dev: \d+ things? to look at$/m);
    expect(lines.join('\n')).toMatch(/^bans +27 in force/m);
  });
});

it('list has a line for each ban at 80 columns', async () => {
  const lines = linesOf(await environment.run(['list'], { columns: 80 }));
  // Headline, frame and head are five.
  expect(lines).toHaveLength(27 + 5);
});

describe('colour', () => {
  const COLOURED = { columns: 80, env: { NO_COLOR: '' } };

  it.each([[['status']], [['doctor']], [['why', '198.18.3.103']], [['list']]])(
    'says nothing in ringfence %j that a word does not say too',
    async (args) => {
      const coloured = await environment.run(args, COLOURED);
      const plain = await environment.run(args, { columns: 80 });
      expect(linesOf(coloured)).toEqual(linesOf(plain));
      expect(plain.stdout).not.toMatch(ESCAPES);
    },
  );

  it('is not green beside red, which many cannot tell apart', async () => {
    const green = new RegExp(`${String.fromCharCode(27)}\\[(?:32|92)m`);
    for (const args of [['status'], ['doctor'], ['why', '198.18.3.103'], ['why', '8.8.8.8']])
      expect((await environment.run(args, COLOURED)).stdout).not.toMatch(green);
  });

  it('does not go into a pipe', async () => {
    const { stdout } = await environment.run(['status'], { env: { NO_COLOR: '' } });
    expect(stdout).not.toMatch(ESCAPES);
  });
});
