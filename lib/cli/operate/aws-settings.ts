import type { ClientSettings } from '../../../lambda/handlers/aws-clients';
import type { CliIo } from '../support/cli-io';
import { UsageError } from '../support/errors';
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
