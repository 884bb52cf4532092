import type { App } from 'aws-cdk-lib';
import { parseEnvironments, selectEnvironment } from '../config';
import type { FunctionCode } from '../constructs/function-code';
import { EnvironmentStage } from './environment-stage';

/**
 * Adds a stage for each environment in the app's context, or for the one that `-c env=NAME` names. All environments are
 * checked either way, because two of them may claim the same rules.
 * @throws ConfigurationError with every problem
 */
export function addEnvironments(app: App, code?: FunctionCode): EnvironmentStage[] {
  const environments = parseEnvironments(app.node.tryGetContext('environments'));
  const wanted = app.node.tryGetContext('env') as string | undefined;
  const chosen = wanted === undefined ? environments : [selectEnvironment(environments, wanted)];
  return chosen.map((environment) => new EnvironmentStage(app, { environment, code }));
}
