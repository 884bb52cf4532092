import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { ClientSettings } from '../../../lambda/handlers/aws-clients';
import type { CliIo } from '../support/cli-io';
import { CommandError, UsageError } from '../support/errors';
import type { ConnectionFlags } from './flags';

/** Settings of every AWS client of a command. What is not given is left to the SDK: its usual chain of credentials. */
export type AwsSettings = ClientSettings & { readonly profile?: string };

/**
 * Where to call and as whom. The Region is looked for as the AWS CLI does it, which knows `AWS_DEFAULT_REGION` too.
 * @throws UsageError when the endpoint is no URL
 */
export function awsSettings(flags: ConnectionFlags, env: CliIo['env']): AwsSettings {
  const region = flags.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  const endpoint = flags.endpointUrl ?? env['AWS_ENDPOINT_URL'];
  return {
    ...(endpoint !== undefined && endpoint !== '' && { endpoint: checkedUrl(endpoint) }),
    ...(region !== undefined && region !== '' && { region }),
    ...(flags.profile !== undefined && { profile: flags.profile }),
  };
}

function checkedUrl(text: string): string {
  if (/^https?:\/\/[^\s/]+/.test(text) && URL.canParse(text)) return text;
  throw new UsageError(`--endpoint-url "${text}" is no URL: write it like http://localhost:5000`);
}

/** Name of the SSM parameter in which the stacks keep the deployment document. */
export function deploymentParameterName(environment: string): string {
  return `/ringfence/${environment}/deployment`;
}

/**
 * The text of the deployment document that the stacks left in SSM.
 * @throws CommandError when there is none
 */
export async function readDeploymentParameter(environment: string, settings: AwsSettings): Promise<string> {
  const name = deploymentParameterName(environment);
  const client = new SSMClient(settings);
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return Parameter?.Value ?? '';
  } catch (error) {
    if ((error as Error).name !== 'ParameterNotFound') throw error;
    throw new CommandError(
      `there is no SSM parameter ${name} in this account and Region: is "${environment}" deployed here? ` +
        '--region, --profile and AWS_PROFILE choose where to look; --deployment FILE does without',
    );
  } finally {
    client.destroy();
  }
}

/** Who the credentials belong to, an ARN: needs no permission (STS API reference, *GetCallerIdentity*). */
export async function callerIdentity(settings: AwsSettings): Promise<string> {
  const client = new STSClient(settings);
  try {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    if (Arn === undefined)
      throw new CommandError('STS answered without saying who the caller is: nothing was done');
    return Arn;
  } finally {
    client.destroy();
  }
}
