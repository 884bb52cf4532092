import { deploymentParameterName } from '../../../lib/cli/operate/aws';
import { deploymentParameterName as nameInStacks } from '../../../lib/constructs/deployment-document';
import { NOW } from '../../enforcement/support/bans';
import { OperatedEnvironment } from './support/environment';

let environment: OperatedEnvironment;
beforeEach(async () => {
  environment = await OperatedEnvironment.start();
});
afterEach(() => environment.close());

const at = () => ['--endpoint-url', environment.endpoint];

describe('the environment', () => {
  it('is found by its name, in the SSM parameter that the stacks write', async () => {
    const { exitCode, stdout } = await environment.runBare(['list', '--env', 'dev', '--json', ...at()]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ environment: 'dev', at: NOW, bans: [] });
    expect(deploymentParameterName('dev')).toBe(nameInStacks('dev'));
  });

  it.each([
    [[], 2, 'which environment? Give --env NAME'],
    [['--env', 'prod'], 1, 'there is no SSM parameter /ringfence/prod/deployment in this account and Region'],
    [
      ['--deployment', '/nowhere/dev.json'],
      1,
      '--deployment /nowhere/dev.json cannot be read: there is no such file',
    ],
    [['--env', 'dev', '--endpoint-url', 'localhost:5000'], 2, '--endpoint-url "localhost:5000" is no URL'],
    [['--env', 'dev', '--as-of', 'yesterday'], 2, '--as-of "yesterday" is no time'],
    [['--env', 'dev', '--as-of', '2026-11-23T00:00:00'], 2, 'is no time'],
  ])('given as %j ends with exit code %i: %s', async (flags, exitCode, says) => {
    const endpoint = flags.includes('--endpoint-url') ? [] : at();
    const ran = await environment.runBare(['list', ...flags, ...endpoint]);
    expect(ran).toMatchObject({ exitCode, stdout: '' });
    expect(ran.stderr).toContain(says);
    expect(ran.stderr).not.toMatch(/^ {4}at /m);
  });

  it.each([
    ['not json', 'is not JSON'],
    ['{}', 'the deployment document is not valid'],
  ])('described by %s is refused', async (text, says) => {
    const file = environment.folder.file('bad.json', text);
    const ran = await environment.runBare(['list', '--deployment', file, ...at()]);
    expect(ran).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ran.stderr).toContain(says);
  });

  it('named twice, differently, is wrong use', async () => {
    const file = environment.folder.at('deployment.json');
    const ran = await environment.runBare(['list', '--env', 'prod', '--deployment', file, ...at()]);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('describes "dev": leave one of them out');
  });
});

describe('what AWS says', () => {
  it('is told in words: no table, no endpoint, no Region', async () => {
    environment.deploy({ ledgerTable: 'no-such-table' });
    const noTable = await environment.run(['list']);
    expect(noTable.stderr).toMatch(
      /^ringfence: the ledger could not .*; it is not there: check account, Region/,
    );
    const noEndpoint = await environment.runBare([
      'list',
      '--env',
      'dev',
      '--endpoint-url',
      'http://127.0.0.1:9',
    ]);
    expect(noEndpoint.stderr).toContain('the endpoint cannot be reached');
    const noRegion = await environment.runBare(['list', '--env', 'dev', ...at()], {
      env: { AWS_REGION: '' },
    });
    expect(noRegion.stderr).toBe(
      'ringfence: no AWS Region: set AWS_REGION, or give --region ap-southeast-2\n',
    );
    for (const ran of [noTable, noEndpoint, noRegion]) expect(ran).toMatchObject({ exitCode: 1, stdout: '' });
  });
});

describe('ringfence ledger create', () => {
  it('makes the table on an emulator, and leaves one that is there', async () => {
    environment.deploy({ ledgerTable: 'another-ledger' });
    for (let i = 0; i < 2; i++)
      expect(await environment.json('ledger', 'create')).toEqual({ table: 'another-ledger' });
    expect(await environment.json('list')).toMatchObject({ bans: [] });
  });

  it('is refused without an emulator: in AWS the stack makes the table', async () => {
    const file = environment.folder.at('deployment.json');
    const ran = await environment.runBare(['ledger', 'create', '--deployment', file]);
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toContain('--endpoint-url');
  });
});
