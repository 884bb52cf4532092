import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { parseEnvironments, selectEnvironment } from '../config';
import type { FunctionCode } from '../constructs/function-code';
import { EnvironmentStage } from './environment-stage';

/**
 * The app itself reports findings and fails. The CLI would take that over, and then looks at the stacks it was asked to
 * show only: for a plain `cdk synth` those are the stacks outside stages, none, and every finding would be lost.
 */
const FAIL_ON_FINDINGS = { '@aws-cdk/core:failSynthOnValidationErrors': true };

/** An app whose templates are checked: CDK's own rules, our aspects, and cdk-nag's AwsSolutions and Serverless packs. */
export class RingfenceApp extends App {
  constructor(props: AppProps = {}) {
    super({ ...props, postCliContext: { ...props.postCliContext, ...FAIL_ON_FINDINGS } });
    Validations.of(this).addPlugins(new AwsSolutionsChecks(this), new ServerlessChecks(this));
  }

  /**
   * Adds a stage for each environment in the context, or for the one that `-c env=NAME` names. All environments are
   * checked either way, because two of them may claim the same rules.
   * @param code gives the functions' code; the bundles in `dist/lambda` by default
   * @throws ConfigurationError with every problem
   */
  addEnvironments(code?: FunctionCode): EnvironmentStage[] {
    const environments = parseEnvironments(this.node.tryGetContext('environments'));
    const wanted = this.node.tryGetContext('env') as string | undefined;
    const chosen = wanted === undefined ? environments : [selectEnvironment(environments, wanted)];
    return chosen.map((environment) => new EnvironmentStage(this, { environment, code }));
  }
}
