import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adaptTemplate, type EmulatorTemplate, type StandIns } from './adapt-template';
import { ACCOUNT, CREDENTIALS, type Moto, REGION } from './moto';

const ROOT = join(__dirname, '..', '..', '..');

/** The templates of one synthesis: as they would go to AWS, and as they go to the emulator. */
export interface Synthesis {
  /** Folder of the assembly that goes to the emulator. */
  readonly folder: string;
  readonly pairs: readonly {
    readonly name: string;
    readonly real: EmulatorTemplate;
    readonly adapted: EmulatorTemplate;
  }[];
}

/** The CDK program and CLI of this project, against an emulator. */
export class Cdk {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ringfence-emulator-'));
  #syntheses = 0;

  constructor(private readonly moto: Moto) {}

  /** Deletes what was synthesised. */
  clean(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Synthesises the environments with the bundles in dist/, and adapts a copy. */
  synthesise(environments: object, standIns: StandIns = {}): Synthesis {
    const real = join(this.#folder, `real-${++this.#syntheses}`);
    const folder = join(this.#folder, `adapted-${this.#syntheses}`);
    const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: object };
    const env = {
      ...process.env,
      CDK_OUTDIR: real,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, environments }),
    };
    run(process.execPath, [join(ROOT, 'dist', 'app.js')], env);
    cpSync(real, folder, { recursive: true });
    const pairs = templatesIn(folder).map((path) => {
      const template = JSON.parse(readFileSync(path, 'utf8')) as EmulatorTemplate;
      const adapted = adaptTemplate(template, standIns);
      writeFileSync(path, JSON.stringify(adapted));
      return { name: path.slice(folder.length + 1), real: template, adapted };
    });
    return { folder, pairs };
  }

  bootstrap(): string {
    return this.#cli('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  }

  /** @returns what the CLI printed */
  deploy({ folder }: Synthesis, ...stacks: readonly string[]): string {
    const how = ['--method', 'direct', '--require-approval', 'never', '--concurrency', '1'];
    return this.#cli('deploy', '--app', folder, ...how, ...stacks);
  }

  destroy({ folder }: Synthesis, ...stacks: readonly string[]): string {
    return this.#cli('destroy', '--app', folder, '--force', ...stacks);
  }

  #cli(...parameters: readonly string[]): string {
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: this.moto.endpoint,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: REGION,
      CDK_DISABLE_CLI_TELEMETRY: '1',
    };
    return run(process.execPath, [join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...parameters], env);
  }
}

function templatesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => join(folder, name));
}

function run(program: string, parameters: readonly string[], env: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr } = spawnSync(program, parameters, { cwd: ROOT, env, encoding: 'utf8' });
  const output = `${stdout}${stderr}`;
  if (status !== 0) throw new Error(`${parameters.slice(0, 2).join(' ')} ended with ${status}:\n${output}`);
  return output;
}
