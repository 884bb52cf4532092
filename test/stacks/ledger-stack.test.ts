import { ADOPTED } from '../config/support';
import { stageOf, templatesOf } from './support';

const { ledger } = templatesOf(ADOPTED);

test('the ledger is one on-demand table that expires items and can be restored', () => {
  ledger.hasResourceProperties('AWS::DynamoDB::Table', {
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    SSESpecification: { SSEEnabled: true },
  });
});

test('its stream carries the new image, which the filters of enforcement read', () => {
  ledger.hasResourceProperties('AWS::DynamoDB::Table', {
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  });
});

test('it outlives its stack', () => {
  ledger.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

test.each([true, false])('protect: %s', (protect) => {
  const raw = { ...ADOPTED, protect };
  templatesOf(raw).ledger.hasResourceProperties('AWS::DynamoDB::Table', {
    DeletionProtectionEnabled: protect,
  });
  expect(stageOf(raw).ledger.terminationProtection).toBe(protect);
});
