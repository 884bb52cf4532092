import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Findings of cdk-nag that are known on a construct, by rule, each with the reason why it stays as it is. */
export type Acknowledgements = Readonly<Record<string, string>>;

/** Records that findings on the construct are known, so that only new ones fail synthesis. */
export function acknowledge(construct: IConstruct, findings: Acknowledgements): void {
  const rules = Object.entries(findings).map(([id, reason]) => ({ id, reason }));
  Validations.of(construct).acknowledge(...rules);
}

/** Tells cfn-lint, in the template, that a finding on this resource, or on all of a stack, is known. */
export function silenceTemplateLint(construct: IConstruct, rule: string): void {
  const known = { config: { ignore_checks: [rule] } };
  if (Stack.isStack(construct)) construct.templateOptions.metadata = { 'cfn-lint': known };
  const resource = construct.node.defaultChild;
  if (CfnResource.isCfnResource(resource)) resource.addMetadata('cfn-lint', known);
}
