/**
 * Ringfence as a construct library: `import { ProbeBlacklist, VoicePerimeter } from 'ringfence'`.
 *
 * {@link VoicePerimeter} says who may come in to the voice servers of a VPC; {@link ProbeBlacklist} finds the sources that
 * probe them and keeps those out. Both work in a stack of one's own. {@link EnvironmentStage} is a whole environment as
 * `cdk.json` describes it, for an app or pipeline of one's own.
 *
 * The code of the Lambda functions comes with the package, built: synthesis needs no bundler.
 * @packageDocumentation
 */
export {
  ConfigurationError,
  type ConfigurationProblem,
  type EnvironmentInput,
  parseEnvironments,
} from '../config';
export { AlarmTopic } from '../constructs/alarm-topic';
export type { BanIpSet } from '../constructs/ban-ip-sets';
export { DeploymentSizeError, deploymentParameterName } from '../constructs/deployment-document';
export { MissingBundleError } from '../constructs/function-code';
export { LedgerTable, type LedgerTableProps } from '../constructs/ledger-table';
export { PortalWebAcl, type PortalWebAclProps } from '../constructs/portal-web-acl';
export { EnvironmentSizeError } from '../constructs/ringfence-function';
export { EnvironmentStage, type EnvironmentStageProps } from '../stacks/environment-stage';
export type { BlacklistSettings, IVoicePerimeter, PerimeterSettings } from './perimeter-base';
export { ProbeBlacklist, type ProbeBlacklistProps } from './probe-blacklist';
export {
  UnknownNetworkAclError,
  VoicePerimeter,
  type VoicePerimeterAttributes,
  type VoicePerimeterProps,
} from './voice-perimeter';
