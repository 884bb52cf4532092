import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { Deployment } from '../../lambda/enforcement/deployment';
import { type EnvironmentSettings, formatRange, tripwirePorts, watchedPorts } from '../config';
import type { BanIpSet } from './ban-ip-sets';
import { estimatedBytes } from './ringfence-function';

/** What is known of a deployment besides its configuration. */
export interface DeployedResources {
  readonly ledgerTable: string;
  readonly ownCidrs: readonly string[];
  readonly networkAclIds: readonly string[];
  readonly ipSets: readonly BanIpSet[];
}

/** The document that tells functions and command line what is deployed. Values may be tokens. */
export function deploymentDocument(
  environment: EnvironmentSettings,
  resources: DeployedResources,
): Deployment {
  const { networkAcl, sip, ban } = environment;
  return {
    environment: environment.name,
    mode: environment.mode,
    ledgerTable: resources.ledgerTable,
    exposure: environment.exposure,
    ownCidrs: resources.ownCidrs,
    proxyRanges: environment.voiceProxyRanges,
    allowlist: environment.allowlist,
    mediaRanges: environment.mediaRanges,
    sip: {
      ports: watchedPorts(environment),
      tripwirePorts: tripwirePorts(environment),
      rtp: formatRange(sip.rtp),
    },
    ...(environment.detection && { detection: environment.detection as Deployment['detection'] }),
    networkAcls: resources.networkAclIds.map((id) => ({
      id,
      ruleNumbers: formatRange(networkAcl.ruleNumbers),
      quota: networkAcl.quota,
      slots: networkAcl.slots,
    })),
    ipSets: resources.ipSets.map(({ name, id, scope, family }) => ({ name, id, scope, family })),
    ban: { first: ban.first, factor: ban.factor, max: ban.max, maxNewPerHour: ban.maxNewPerHour },
  };
}

/** Name of the parameter that holds an environment's deployment document. */
export function deploymentParameterName(environmentName: string): string {
  return `/ringfence/${environmentName}/deployment`;
}

/** AWS: bytes in a parameter of the standard tier, which is free of charge (*Systems Manager quotas*). */
const PARAMETER_BYTES = 4096;

/** The deployment document does not fit its parameter. */
export class DeploymentSizeError extends Error {
  override readonly name = 'DeploymentSizeError';
}

/** Properties of {@link DeploymentParameter}. */
export interface DeploymentParameterProps {
  readonly environmentName: string;
  /** The document as JSON. */
  readonly json: string;
}

/** The parameter that the command line reads, found by the environment's name alone. */
export class DeploymentParameter extends Construct {
  readonly parameterName: string;

  constructor(scope: Construct, id: string, props: DeploymentParameterProps) {
    super(scope, id);
    const bytes = estimatedBytes(props.json);
    if (bytes > PARAMETER_BYTES) {
      throw new DeploymentSizeError(
        `${props.environmentName}: the deployment document takes ${bytes} bytes and an SSM parameter holds ${PARAMETER_BYTES}: shorten allowlist and voiceProxyRanges by joining adjacent ranges.`,
      );
    }
    this.parameterName = deploymentParameterName(props.environmentName);
    new StringParameter(this, 'Resource', {
      parameterName: this.parameterName,
      stringValue: props.json,
      description: `What Ringfence has deployed as "${props.environmentName}"`,
      tier: ParameterTier.STANDARD,
    });
  }
}
