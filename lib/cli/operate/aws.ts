import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { CommandError } from '../support/errors';
import type { AwsSettings } from './aws-settings';

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
