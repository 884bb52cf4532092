/** A CloudFormation template, as far as it is adapted. */
export interface EmulatorTemplate {
  readonly Rules?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly [section: string]: unknown;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

interface PrefixList {
  readonly AddressFamily: 'IPv4' | 'IPv6';
  readonly Entries: readonly { readonly Cidr: string }[];
}

type Rule = Readonly<Record<string, unknown>>;

/** What stands in for resources that moto 5.2.1 ignores, by the type and attribute that the template asks for. */
export type StandIns = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The template as moto 5.2.1 can deploy it, different in four ways and no other:
 * - security group rules name the CIDRs of their prefix lists, because it refuses rules from prefix lists;
 * - load balancers have no listeners, because it takes every load balancer for one of HTTP;
 * - references to what it ignores, IP sets, web ACLs and alarms, are replaced by `standIns`;
 * - CDK's check of the bootstrap version, which it cannot evaluate, is left out.
 */
export function adaptTemplate(template: EmulatorTemplate, standIns: StandIns): EmulatorTemplate {
  const resources = Object.entries(template.Resources)
    .filter(([, { Type }]) => Type !== 'AWS::ElasticLoadBalancingV2::Listener')
    .map(([id, resource]) => [id, withCidrs(resource, template.Resources)] as const);
  const adapted = { ...without(template, 'Rules'), Resources: Object.fromEntries(resources) };
  const parameters = template.Parameters && { Parameters: without(template.Parameters, 'BootstrapVersion') };
  return replaceReferences({ ...adapted, ...parameters }, template.Resources, standIns) as EmulatorTemplate;
}

function without(object: object, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== key));
}

const DIRECTIONS = [
  ['SecurityGroupIngress', 'SourcePrefixListId'],
  ['SecurityGroupEgress', 'DestinationPrefixListId'],
] as const;

function withCidrs(resource: Resource, resources: EmulatorTemplate['Resources']): Resource {
  if (resource.Type !== 'AWS::EC2::SecurityGroup') return resource;
  const changed = DIRECTIONS.filter(([direction]) => direction in resource.Properties).map(
    ([direction, key]) => {
      const rules = resource.Properties[direction] as readonly Rule[];
      return [direction, rules.flatMap((rule) => rulesOfCidrs(rule, key, resources))] as const;
    },
  );
  return { ...resource, Properties: { ...resource.Properties, ...Object.fromEntries(changed) } };
}

function rulesOfCidrs(rule: Rule, key: string, resources: EmulatorTemplate['Resources']): Rule[] {
  const { [key]: list, ...others } = rule;
  if (list === undefined) return [rule];
  const [id = ''] = (list as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
  const { AddressFamily, Entries } = resources[id]?.Properties as unknown as PrefixList;
  const name = AddressFamily === 'IPv6' ? 'CidrIpv6' : 'CidrIp';
  return Entries.map(({ Cidr }) => ({ ...others, [name]: Cidr }));
}

function replaceReferences(
  value: unknown,
  resources: EmulatorTemplate['Resources'],
  standIns: StandIns,
): unknown {
  if (Array.isArray(value)) return value.map((each) => replaceReferences(each, resources, standIns));
  if (typeof value !== 'object' || value === null) return value;
  const [id, attribute] = (value as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt'] ?? [];
  const resource = id === undefined ? undefined : resources[id];
  const standIn = resource && (standIns[nameOf(resource)] ?? standIns[resource.Type]);
  if (standIn !== undefined && attribute !== undefined) return standIn[attribute];
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, replaceReferences(each, resources, standIns)]),
  );
}

/** The name a resource gives itself, so that two IP sets have stand-ins of their own. */
function nameOf({ Type, Properties }: Resource): string {
  return `${Type} ${String(Properties['Name'])}`;
}
