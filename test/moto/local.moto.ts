import { DescribeNetworkAclsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListIPSetsCommand } from '@aws-sdk/client-wafv2';
import { createLedgerTable } from '../../lambda/blacklist/dynamodb-create-table';
import { dynamoDbClient, ec2Client, wafv2Clients } from '../../lambda/handlers/aws-clients';
import { runLocalCommand } from '../../lib/cli/local/command';
import { deployment } from '../enforcement/support/deployment';
import { Folder } from '../cli/support/folder';
import { sweep } from '../cli/support/logs';
import { hasMoto, type MotoServer, startMoto } from './moto-server';

const present = hasMoto();
if (!present) process.stderr.write('\n!!! SKIPPED: local against moto: moto_server is not on the PATH\n\n');
const withMoto = present ? describe : describe.skip;

const T0 = 1_764_000_000;
const DARK = ['10.20.1.201', '10.20.1.202', '10.20.1.203'];
const SCANNERS = ['198.18.5.1', '198.18.5.2', '198.18.5.3'];

withMoto('ringfence local against moto', () => {
  const folder = new Folder();
  let moto: MotoServer;
  beforeAll(async () => {
    moto = await startMoto();
  }, 180_000);
  afterAll(async () => {
    await moto.stop();
    folder.remove();
  });

  const settings = () => ({
    endpoint: moto.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: { requestTimeout: 60_000, throwOnRequestTimeout: true },
  });

  /** Three scanners in one minute. */
  const recording = () => ({
    log: folder.file('log', `${SCANNERS.flatMap((source) => sweep(source, T0, DARK)).join('\n')}\n`),
    labels: folder.file(
      'labels.json',
      JSON.stringify({
        sources: Object.fromEntries(SCANNERS.map((source) => [source, { label: 'probe', block_ok: true }])),
      }),
    ),
  });

  async function local(flags: { env?: string; deployment?: string } = {}) {
    const ran = { stdout: '', stderr: '' };
    await runLocalCommand(
      { report: folder.at('report.html'), json: true, endpointUrl: moto.endpoint, ...flags },
      {
        stdin: process.stdin,
        stdout: { write: (text: string) => (ran.stdout += text) },
        stderr: { write: (text: string) => (ran.stderr += text) },
        env: {},
        elapsedMs: () => 0,
        now: Date.now,
        sleep: async () => undefined,
      },
      recording(),
    );
    return JSON.parse(ran.stdout) as { bans: { source: string }[]; slots: { cidr: string }[]; calls: object };
  }

  const networkAcls = async () =>
    (await ec2Client(settings()).send(new DescribeNetworkAclsCommand({}))).NetworkAcls ?? [];

  test('makes what it needs, bans, and leaves nothing behind', async () => {
    const { bans, slots, calls } = await local();
    expect(bans.map(({ source }) => source).sort()).toEqual(SCANNERS);
    expect(slots.map(({ cidr }) => cidr).sort()).toEqual(SCANNERS.map((source) => `${source}/32`));
    // A create for each slot, and the IP set once.
    expect(calls).toMatchObject({ changing: SCANNERS.length + 1 });
    // moto keeps the default ACL of a VPC that is gone.
    expect((await networkAcls()).filter(({ IsDefault }) => IsDefault !== true)).toEqual([]);
    expect(await dynamoDbClient(settings()).send(new ListTablesCommand({}))).toMatchObject({
      TableNames: [],
    });
    const { REGIONAL } = wafv2Clients({ ipSets: [] }, settings());
    expect(await REGIONAL.send(new ListIPSetsCommand({ Scope: 'REGIONAL' }))).toMatchObject({ IPSets: [] });
    const { Vpcs } = await ec2Client(settings()).send(new DescribeVpcsCommand({}));
    expect(Vpcs?.filter(({ IsDefault }) => IsDefault !== true)).toEqual([]);
  }, 180_000);

  test('plays into what is deployed, in its mode', async () => {
    await createLedgerTable(dynamoDbClient(settings()), 'deployed-ledger');
    const [acl] = await networkAcls();
    const document = deployment({
      mode: 'observe',
      ledgerTable: 'deployed-ledger',
      networkAcls: [
        { id: acl?.NetworkAclId ?? '', ruleNumbers: '1-50', quota: 20, slots: { ipv4: 18, ipv6: 18 } },
      ],
      ipSets: [],
    });
    const { bans, slots, calls } = await local({
      deployment: folder.file('deployment.json', JSON.stringify(document)),
    });
    expect(bans.map(({ source }) => source).sort()).toEqual(SCANNERS);
    expect({ slots, calls }).toMatchObject({ slots: [], calls: { changing: 0 } });
  }, 180_000);
});
