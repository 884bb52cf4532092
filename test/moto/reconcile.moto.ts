import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateVpcCommand,
  DescribeNetworkAclsCommand,
  type NetworkAclEntry,
} from '@aws-sdk/client-ec2';
import { CreateIPSetCommand, GetIPSetCommand } from '@aws-sdk/client-wafv2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { createLedgerTable } from '../../lambda/blacklist/dynamodb-create-table';
import { DynamoDbLedger } from '../../lambda/blacklist/dynamodb-ledger';
import type { Deployment, ReconcileReport } from '../../lambda/enforcement';
import { ec2Client, ledgerClient, dynamoDbClient, wafv2Clients } from '../../lambda/handlers/aws-clients';
import { ban } from '../enforcement/support/bans';
import { deployment } from '../enforcement/support/deployment';
import { Dice } from '../faults/dice';
import { FaultProxy } from '../faults/fault-proxy';
import { isChange } from '../faults/kinds';
import { type MotoServer, hasMoto, startMoto } from './moto-server';

/** Ten rules of the customer's, a quota of 40, 18 slots, 30 bans. */
const FOREIGN = 10;
const QUOTA = 40;
const SLOTS = 18;
const BANS = 30;
const KILLS = 50;

const ROOT = join(__dirname, '..', '..');
const LEDGER = 'ringfence-moto-ledger';
const region = 'ap-southeast-2';
const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };

const present = hasMoto();
if (!present)
  process.stderr.write('\n!!! SKIPPED: the suite against moto: moto_server is not on the PATH\n\n');
const withMoto = present ? describe : describe.skip;

withMoto('ringfence reconcile against moto', () => {
  let moto: MotoServer;
  let proxy: FaultProxy;
  let folder: string;
  let site: Deployment;
  let ledger: DynamoDbLedger;
  /** The clock of the next run, epoch seconds: a dead writer's lease has run out by then. */
  let now = Math.floor(Date.now() / 1000);
  let changes = 0;

  beforeAll(async () => {
    moto = await startMoto();
    proxy = await FaultProxy.start({ aws: moto.endpoint, dynamodb: moto.endpoint });
    proxy.onCarriedOut = (call) => (changes += isChange(call) ? 1 : 0);
    folder = mkdtempSync(join(tmpdir(), 'ringfence-moto-'));
    await new STSClient(settings()).send(new GetCallerIdentityCommand({}));
    await createLedgerTable(dynamoDbClient(settings()), LEDGER);
    ledger = new DynamoDbLedger({ client: ledgerClient(settings()), tableName: LEDGER });
    site = deployment({ ledgerTable: LEDGER, networkAcls: [await networkAcl()], ipSets: await ipSets() });
    writeFileSync(join(folder, 'deployment.json'), JSON.stringify(site));
  }, 120_000);

  afterAll(async () => {
    await proxy.close();
    await moto.stop();
    rmSync(folder, { recursive: true });
  });

  // The first call of each service makes moto load it, which takes seconds.
  const requestHandler = { requestTimeout: 60_000, throwOnRequestTimeout: true };
  const settings = () => ({ endpoint: moto.endpoint, region, credentials, requestHandler });

  async function networkAcl(): Promise<Deployment['networkAcls'][number]> {
    const ec2 = ec2Client(settings());
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.20.0.0/16' }));
    const { NetworkAcl } = await ec2.send(new CreateNetworkAclCommand({ VpcId: Vpc?.VpcId }));
    const id = NetworkAcl?.NetworkAclId ?? '';
    for (let i = 0; i < FOREIGN; i++) {
      const rule = {
        NetworkAclId: id,
        Egress: false,
        Protocol: '17',
        RuleAction: i % 2 === 0 ? 'allow' : 'deny',
      } as const;
      const PortRange = { From: 5060 + i, To: 5061 + i };
      await ec2.send(
        new CreateNetworkAclEntryCommand({
          ...rule,
          RuleNumber: 100 + i,
          CidrBlock: `203.0.113.${i}/32`,
          PortRange,
        }),
      );
    }
    return { id, ruleNumbers: '1-50', quota: QUOTA, slots: { ipv4: SLOTS, ipv6: SLOTS } };
  }

  async function ipSets(): Promise<Deployment['ipSets']> {
    const name = 'ringfence-moto-ipv4';
    const set = {
      Name: name,
      Scope: 'REGIONAL',
      IPAddressVersion: 'IPV4',
      Addresses: [] as string[],
    } as const;
    const { Summary } = await wafv2Clients({ ipSets: [] }, settings()).REGIONAL.send(
      new CreateIPSetCommand(set),
    );
    return [{ name, id: Summary?.Id ?? '', scope: 'REGIONAL', family: 'IPV4' }];
  }

  /** The command as an operator gives it, through the proxy that counts. */
  function reconcile(): { child: ChildProcess; report: Promise<ReconcileReport | undefined> } {
    const at = new Date(now * 1000).toISOString();
    const flags = [
      '--deployment',
      join(folder, 'deployment.json'),
      '--endpoint-url',
      proxy.endpoint,
      '--as-of',
      at,
    ];
    const child = spawn(
      process.execPath,
      [join(ROOT, 'dist', 'ringfence.js'), 'reconcile', ...flags, '--json'],
      {
        env: {
          ...process.env,
          AWS_REGION: region,
          AWS_ACCESS_KEY_ID: 'testing',
          AWS_SECRET_ACCESS_KEY: 'testing',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let out = '';
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    child.stderr.resume();
    const report = new Promise<ReconcileReport | undefined>((resolve) => {
      child.once('close', () => resolve(out === '' ? undefined : (JSON.parse(out) as ReconcileReport)));
    });
    return { child, report };
  }

  const entries = async (): Promise<NetworkAclEntry[]> => {
    const [acl] = site.networkAcls;
    const { NetworkAcls = [] } = await ec2Client(settings()).send(
      new DescribeNetworkAclsCommand({ NetworkAclIds: [acl?.id ?? ''] }),
    );
    return NetworkAcls[0]?.Entries ?? [];
  };
  const isOurs = ({ Egress, RuleNumber = 0 }: NetworkAclEntry): boolean =>
    Egress === false && RuleNumber <= 50;
  const foreign = async (): Promise<string> =>
    JSON.stringify((await entries()).filter((each) => !isOurs(each)));
  const denied = async (): Promise<string[]> =>
    (await entries()).filter(isOurs).map(({ CidrBlock }) => CidrBlock ?? '');
  const listed = async (): Promise<string[]> => {
    const [set] = site.ipSets;
    const { IPSet } = await wafv2Clients({ ipSets: [] }, settings()).REGIONAL.send(
      new GetIPSetCommand({ Name: set?.name, Id: set?.id, Scope: 'REGIONAL' }),
    );
    return [...(IPSet?.Addresses ?? [])].sort();
  };
  /** Far enough apart that no wider prefix is worth it. */
  const put = (i: number, weight: number) =>
    ledger.putBan(
      ban(`198.${18 + (i % 2)}.${i}.7`, {
        weight,
        weightAt: now,
        bannedAt: now - 60,
        expiresAt: now + 30 * 86_400,
      }),
      'detector',
    );

  it('fills 18 slots of 30 bans beside ten rules of the customer; the second run makes no changing call', async () => {
    const before = await foreign();
    for (let i = 0; i < BANS; i++) await put(i, 1000 - i);
    const first = await reconcile().report;
    expect(first).toMatchObject({ applied: true, errors: [] });
    expect(first?.overflow).toHaveLength(BANS - SLOTS);
    expect(await denied()).toHaveLength(SLOTS);
    expect(await listed()).toHaveLength(BANS);
    expect(changes).toBe(SLOTS + 1);
    changes = 0;
    now += 60;
    expect(await reconcile().report).toMatchObject({ applied: true, networkAcls: [{ changes: [] }] });
    expect(changes).toBe(0);
    expect(await foreign()).toBe(before);
  }, 120_000);

  it(`killed at random ${KILLS} times, and run again each time: it converges, and nothing of the customer’s changes`, async () => {
    const before = await foreign();
    const dice = new Dice(2026);
    const started = Date.now();
    await reconcile().report;
    const length = Date.now() - started;
    let killed = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      // Two bans end and two heavier ones come, so that there is something to do.
      for (const key of dice.some(
        (await ledger.bansInForce(now)).map((each) => each.key),
        2,
      )) {
        await ledger.endBan(key, now, 'ann', 'a mistake');
      }
      for (const i of [0, 1]) await put(BANS + 2 * kill + i, 2000 + kill);
      const run = reconcile();
      await wait(length * (0.4 + 0.6 * dice.random()));
      if (run.child.kill('SIGKILL') && (await run.report) === undefined) killed += 1;
      await run.report;
      now += 120;
      expect(await reconcile().report).toMatchObject({ applied: true, errors: [] });
      expect(await denied()).toHaveLength(SLOTS);
      expect(await foreign()).toBe(before);
    }
    const wanted = (await ledger.bansInForce(now)).map(({ cidr }) => cidr).sort();
    expect(await listed()).toEqual(wanted);
    changes = 0;
    now += 120;
    await reconcile().report;
    expect(changes).toBe(0);
    process.stderr.write(`killed ${killed} of ${KILLS} runs before their end\n`);
    expect(killed).toBeGreaterThan(KILLS / 2);
  }, 900_000);
});
