import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { EnvironmentStage } from '../../lib/stacks/environment-stage';
import { environmentOf } from '../config/support';

/** The feature flags of `cdk.json`: they decide what a template looks like. */
function featureFlags(): Record<string, unknown> {
  const text = readFileSync(join(__dirname, '..', '..', 'cdk.json'), 'utf8');
  const { context } = JSON.parse(text) as { readonly context: Record<string, unknown> };
  return Object.fromEntries(Object.entries(context).filter(([key]) => key.startsWith('@')));
}

/** A stage of one environment, with code that needs no build. */
export function stageOf(raw: Readonly<Record<string, unknown>>, name = 'prod'): EnvironmentStage {
  const environment = environmentOf(raw, name);
  // `cdk synth` validates the templates; tests that break one on purpose have to see it.
  const app = new App({ context: featureFlags(), builtinCloudFormationValidation: false });
  return new EnvironmentStage(app, { environment, code: () => Code.fromInline('exports.handler = 0') });
}

/** The templates of one environment's stacks. */
export interface Templates {
  readonly ledger: Template;
  readonly perimeter: Template;
  readonly automation: Template;
  readonly monitoring: Template;
}

/** Synthesises one environment. */
export function templatesOf(raw: Readonly<Record<string, unknown>>, name = 'prod'): Templates {
  const stage = stageOf(raw, name);
  return {
    ledger: Template.fromStack(stage.ledger),
    perimeter: Template.fromStack(stage.perimeter),
    automation: Template.fromStack(stage.automation),
    monitoring: Template.fromStack(stage.monitoring),
  };
}

/** One resource of a template, as CloudFormation gets it. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** The resources of a type by logical ID. */
export function resourcesOf(template: Template, type: string): Readonly<Record<string, Resource>> {
  return template.findResources(type) as Readonly<Record<string, Resource>>;
}

/** The only resource of a type. */
export function onlyResource(template: Template, type: string): Resource['Properties'] {
  const [resource, ...others] = Object.values(resourcesOf(template, type));
  if (resource === undefined || others.length > 0) throw new Error(`there is not exactly one ${type}`);
  return resource.Properties;
}

/** A rule of a security group, either direction. */
export interface SecurityGroupRule {
  readonly IpProtocol: string;
  readonly FromPort: number;
  readonly ToPort: number;
  readonly CidrIp?: string;
  readonly CidrIpv6?: string;
  readonly SourcePrefixListId?: unknown;
  readonly DestinationPrefixListId?: unknown;
}

/** The rules of the only security group of a template. */
export function rulesOf(template: Template, direction: 'Ingress' | 'Egress'): SecurityGroupRule[] {
  const group = onlyResource(template, 'AWS::EC2::SecurityGroup');
  return group[`SecurityGroup${direction}`] as SecurityGroupRule[];
}

/** The statements of the policies of one function's role that allow the action. */
export function statementsOf(template: Template, role: RegExp): Statement[] {
  return Object.entries(resourcesOf(template, 'AWS::IAM::Policy'))
    .filter(([id]) => role.test(id))
    .flatMap(([, { Properties }]) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement);
}

/** An IAM statement as it is rendered. */
export interface Statement {
  readonly Action: string | readonly string[];
  readonly Effect: string;
  readonly Resource: unknown;
}

/** Everything the statements allow, one action each. */
export function actionsOf(statements: readonly Statement[]): string[] {
  return statements.flatMap(({ Action }) => (typeof Action === 'string' ? [Action] : Action)).sort();
}
