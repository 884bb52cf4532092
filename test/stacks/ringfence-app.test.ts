import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { buildSync } from 'esbuild';
import { ConfigurationError } from '../../lib/config';
import { RingfenceApp } from '../../lib/stacks/ringfence-app';
import { ADOPTED, CREATED } from '../config/support';

const environments = { dev: CREATED, prod: ADOPTED };
const code = () => Code.fromInline('exports.handler = 0');

describe('the app', () => {
  test('has a stage for each environment', () => {
    const stages = new RingfenceApp({ context: { environments } }).addEnvironments(code);
    expect(stages.map(({ node, account, region }) => [node.id, account, region])).toEqual([
      ['dev', undefined, undefined],
      ['prod', '111111111111', 'ap-southeast-2'],
    ]);
  });

  test('is restricted to one by -c env=NAME', () => {
    const stages = new RingfenceApp({ context: { environments, env: 'prod' } }).addEnvironments(code);
    expect(stages.map(({ node }) => node.id)).toEqual(['prod']);
  });

  test('names the environments there are when the one wanted is not', () => {
    const app = new RingfenceApp({ context: { environments, env: 'production' } });
    expect(() => app.addEnvironments(code)).toThrow(ConfigurationError);
    expect(() => app.addEnvironments(code)).toThrow(
      /^.*production: there is no environment .* write one of "dev", "prod"$/s,
    );
  });

  test('checks all environments even when one is wanted, because they may share a network ACL', () => {
    const app = new RingfenceApp({
      context: { environments: { ...environments, copy: ADOPTED }, env: 'dev' },
    });
    expect(() => app.addEnvironments(code)).toThrow(/copy: networkAcl.ruleNumbers/);
  });
});

describe('checks', () => {
  const { context } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'cdk.json'), 'utf8')) as {
    context: Record<string, unknown>;
  };

  test("every environment of cdk.json passes CDK's rules and cdk-nag", () => {
    const app = new RingfenceApp({ context });
    app.addEnvironments(code);
    expect(() => app.synth()).not.toThrow();
  });

  test('a finding fails synthesis', () => {
    const app = new RingfenceApp({ context });
    const [stage] = app.addEnvironments(code);
    if (stage) new Bucket(stage.ledger, 'Open');
    expect(() => app.synth()).toThrow(/AwsSolutions-S1/);
  });

  test('a finding is for the app to report, although the CLI wants to: it overlooks stages', () => {
    const flag = '@aws-cdk/core:failSynthOnValidationErrors';
    const app = new RingfenceApp({ context: { [flag]: false } });
    expect(app.node.tryGetContext(flag)).toBe(true);
  });
});

describe('the program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-app-'));
  const program = join(folder, 'app.js');
  const root = join(__dirname, '..', '..');

  beforeAll(() => {
    const entryPoints = [join(root, 'bin', 'app.ts')];
    buildSync({ entryPoints, outfile: program, bundle: true, platform: 'node', packages: 'external' });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(context: object) {
    const env = {
      ...process.env,
      NODE_PATH: join(root, 'node_modules'),
      CDK_OUTDIR: join(folder, 'cdk.out'),
      CDK_CONTEXT_JSON: JSON.stringify(context),
    };
    return spawnSync(process.execPath, [program], { env, encoding: 'utf8' });
  }

  test.each([
    [
      'a wrong configuration',
      { environments: { prod: { ...ADOPTED, allowlist: ['10.0.0.1/8'] } } },
      'The configuration has a problem:\n  prod: allowlist[0] = "10.0.0.1/8" has host bits set: did you mean 10.0.0.0/8, or the one address 10.0.0.1?\n',
    ],
    [
      'a missing build',
      { environments: { prod: ADOPTED } },
      'This is not the ringfence project: its package.json was not found.\n',
    ],
  ])('ends with 1 and one plain message for %s', (_, context, message) => {
    const { status, stdout, stderr } = run(context);
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: message });
  });
});
