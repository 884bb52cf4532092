import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './pages';

const CLIENTS = join(ROOT, 'node_modules', '@aws-sdk');

/** Services of the AWS CLI whose SDK client has another name. */
const CLIENT_NAMES: Readonly<Record<string, string>> = {
  logs: 'cloudwatch-logs',
  secretsmanager: 'secrets-manager',
};

/** Services that the project has no client of: their calls are looked at no further than their form. */
const WITHOUT_CLIENT = ['cloudformation', 'events', 'iam', 'kms', 'service-quotas'];

/** Options of every call (AWS CLI command reference, *Global Options*), those of paging, and such that are no members. */
const GLOBAL = [
  ...[
    '--query',
    '--output',
    '--region',
    '--profile',
    '--endpoint-url',
    '--no-cli-pager',
    '--cli-binary-format',
  ],
  ...['--max-items', '--page-size', '--starting-token'],
  // Switches for the values of one member, which the CLI gives EC2's calls.
  ...['--ingress', '--egress'],
];

/** Commands of `aws s3`, which are the CLI's own and no API calls. */
const S3_COMMANDS = ['cp', 'ls', 'mb', 'mv', 'rb', 'rm', 'sync'];

/** What is wrong with a call of the AWS CLI by the SDK's description of the service; undefined for nothing. */
export function awsProblem([service = '', operation = '', ...args]: readonly string[]): string | undefined {
  if (!/^[a-z0-9-]+$/.test(operation)) return `"${operation}" is no operation`;
  if (WITHOUT_CLIENT.includes(service)) return undefined;
  if (service === 's3')
    return S3_COMMANDS.includes(operation) ? undefined : `aws s3 has no command "${operation}"`;
  const client = join(CLIENTS, `client-${CLIENT_NAMES[service] ?? service}`, 'dist-types');
  if (!existsSync(client)) {
    return `there is no SDK client to check "${service}" by: install it, or name the service in test/docs/support/aws-calls.ts`;
  }
  return operation === 'wait' ? waiterProblem(client, args) : operationProblem(client, operation, args);
}

function waiterProblem(client: string, [name = '']: readonly string[]): string | undefined {
  return existsSync(join(client, 'waiters', `waitFor${pascal(name)}.d.ts`))
    ? undefined
    : `there is no waiter "${name}"`;
}

function operationProblem(client: string, operation: string, args: readonly string[]): string | undefined {
  const command = join(client, 'commands', `${pascal(operation)}Command.d.ts`);
  const path = existsSync(command)
    ? command
    : sameButCase(join(client, 'commands'), `${pascal(operation)}Command.d.ts`);
  if (path === undefined) return `there is no operation "${operation}"`;
  const input = /interface \w+CommandInput extends (\w+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
  const members = membersOf(client, input).map((member) => member.toLowerCase());
  const unknown = args
    .filter((arg) => arg.startsWith('--') && !GLOBAL.includes(arg))
    .find(
      (option) => !members.includes(plain(option)) && !members.includes(plain(option.replace('--no-', '--'))),
    );
  return unknown === undefined ? undefined : `${operation} has no option ${unknown}`;
}

function membersOf(client: string, input: string): string[] {
  const models = join(client, 'models');
  const texts = readdirSync(models).map((name) => readFileSync(join(models, name), 'utf8'));
  const body = texts
    .map((text) => new RegExp(`interface ${input} [^{]*\\{([\\s\\S]*?)^\\}`, 'm').exec(text)?.[1])
    .find(Boolean);
  return Array.from((body ?? '').matchAll(/^ {4}(\w+)\??:/gm), ([, member = '']) => member);
}

/** `CreateIpSet` is `CreateIPSet`: kebab case does not keep an acronym. */
function sameButCase(folder: string, name: string): string | undefined {
  const found = readdirSync(folder).find((each) => each.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : join(folder, found);
}

function pascal(kebab: string): string {
  return kebab.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function plain(option: string): string {
  return option.replaceAll('-', '');
}
