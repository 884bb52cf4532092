import { Match } from 'aws-cdk-lib/assertions';
import { ADOPTED } from '../config/support';
import { onlyResource, resourcesOf, templatesOf } from './support';

const ASSOCIATIONS = [
  'arn:aws:elasticloadbalancing:ap-southeast-2:111111111111:loadbalancer/app/portal/0a1b2c3d4e5f6071',
  'arn:aws:apigateway:ap-southeast-2::/restapis/a1b2c3d4e5/stages/prod',
];
const { automation } = templatesOf({
  ...ADOPTED,
  webAcl: { associations: ASSOCIATIONS, requestsPer5Minutes: 500 },
});
const rules = onlyResource(automation, 'AWS::WAFv2::WebACL')['Rules'] as readonly object[];

test('who is banned is blocked, in either family', () => {
  const sets = Object.keys(resourcesOf(automation, 'AWS::WAFv2::IPSet'));
  const statements = sets.map((id) => ({ IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': [id, 'Arn'] } } }));
  expect(rules[0]).toMatchObject({
    Priority: 0,
    Action: { Block: {} },
    Statement: { OrStatement: { Statements: statements } },
  });
});

test('who floods is blocked for a while', () => {
  expect(rules[1]).toMatchObject({
    Priority: 1,
    Action: { Block: {} },
    Statement: { RateBasedStatement: { Limit: 500, AggregateKeyType: 'IP', EvaluationWindowSec: 300 } },
  });
});

test("AWS's common rules count and block nothing", () => {
  expect(rules[2]).toMatchObject({
    Priority: 2,
    OverrideAction: { Count: {} },
    Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet' } },
  });
  expect(rules).toHaveLength(3);
});

test('everybody else passes', () => {
  automation.hasResourceProperties('AWS::WAFv2::WebACL', { DefaultAction: { Allow: {} }, Scope: 'REGIONAL' });
});

test.each(ASSOCIATIONS)('it protects %s', (ResourceArn) => {
  automation.hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
    ResourceArn,
    WebACLArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PortalWebAcl'), 'Arn'] },
  });
});

test('without the key there is none, and no cost', () => {
  templatesOf(ADOPTED).automation.resourceCountIs('AWS::WAFv2::WebACL', 0);
});
