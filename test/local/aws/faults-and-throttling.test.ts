import {
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
} from '@aws-sdk/client-ec2';
import { ListIPSetsCommand, UpdateIPSetCommand } from '@aws-sdk/client-wafv2';
import { AWS_DEFAULT_LIMITS } from '../../../lib/local/aws/throttle';
import type { EmbeddedAwsOptions } from '../../../lib/local/aws/embedded-aws';
import { ACL, deny, refusal, startBench, VPC } from './support';
import type { Bench } from './support';

let bench: Bench;
async function start(options: EmbeddedAwsOptions = {}): Promise<void> {
  bench = await startBench(options);
  bench.aws.networkAcls.seed({ id: ACL, vpcId: VPC });
}
afterEach(() => bench.close());

const create = (number: number) =>
  refusal(bench.ec2.send(new CreateNetworkAclEntryCommand(deny(number, `198.51.100.${number}/32`))));
const remove = (RuleNumber: number) =>
  refusal(bench.ec2.send(new DeleteNetworkAclEntryCommand({ NetworkAclId: ACL, RuleNumber, Egress: false })));
const describeAcls = () => refusal(bench.ec2.send(new DescribeNetworkAclsCommand({})));
const rules = (): number[] =>
  bench.aws.networkAcls
    .get(ACL)
    .entries.filter(({ egress, ruleNumber }) => !egress && ruleNumber < 32767)
    .map(({ ruleNumber }) => ruleNumber);
const codes = async (calls: (() => Promise<{ code: string }>)[]): Promise<string[]> => {
  const answered: string[] = [];
  for (const call of calls) answered.push((await call()).code);
  return answered;
};

describe('throttling', () => {
  test('is off unless asked for', async () => {
    await start();
    expect(new Set(await codes(Array.from({ length: 30 }, () => describeAcls)))).toEqual(
      new Set(['accepted']),
    );
  });

  test('answers RequestLimitExceeded with 503 when the bucket is empty, and nothing was changed', async () => {
    await start({ throttle: { mutating: { rate: 5, burst: 2 } }, clock: () => 0 });
    expect(await codes([() => create(1), () => create(2)])).toEqual(['accepted', 'accepted']);
    expect(await create(3)).toMatchObject({ code: 'RequestLimitExceeded', status: 503 });
    expect(rules()).toEqual([1, 2]);
  });

  test('gives tokens back at the rate, by the injected clock, and never more than the burst', async () => {
    let now = 0;
    await start({ throttle: { mutating: { rate: 5, burst: 2 } }, clock: () => now });
    await codes([() => create(1), () => create(2)]);
    now = 199;
    expect((await create(3)).code).toBe('RequestLimitExceeded');
    now = 400;
    expect((await create(3)).code).toBe('accepted');
    now = 3_600_000;
    expect(await codes([() => create(4), () => create(5), () => create(6)])).toEqual([
      'accepted',
      'accepted',
      'RequestLimitExceeded',
    ]);
  });

  test('has a bucket per action, and spares reads when only changes are limited', async () => {
    await start({ throttle: { mutating: { rate: 1, burst: 1 } }, clock: () => 0 });
    expect(await codes([() => create(1), () => remove(1), describeAcls, describeAcls])).toEqual(
      Array.from({ length: 4 }, () => 'accepted'),
    );
    expect((await create(2)).code).toBe('RequestLimitExceeded');
  });

  test("with AWS's own limits lets WAFv2 update once a second", async () => {
    await start({ throttle: AWS_DEFAULT_LIMITS, clock: () => 0 });
    const reference = { Name: 'banned', Scope: 'REGIONAL' } as const;
    const set = bench.aws.ipSets.create({ ...reference, IPAddressVersion: 'IPV4', Addresses: [] });
    const update = (LockToken: string | undefined) =>
      bench.waf.send(new UpdateIPSetCommand({ ...reference, Id: set.Id, Addresses: [], LockToken }));
    const { NextLockToken } = await update(set.LockToken);
    expect(await refusal(update(NextLockToken))).toEqual({
      code: 'ThrottlingException',
      message: 'Rate exceeded',
      status: 400,
    });
  });
});

describe('an injected fault', () => {
  beforeEach(() => start());

  test('fails the next call of its action, once, before anything is changed', async () => {
    bench.aws.failNext({ action: 'CreateNetworkAclEntry', code: 'InternalError', status: 500 });
    expect((await describeAcls()).code).toBe('accepted');
    expect(await create(1)).toMatchObject({ code: 'InternalError', status: 500 });
    expect(rules()).toEqual([]);
    expect((await create(1)).code).toBe('accepted');
  });

  test('can fail after the change was made', async () => {
    bench.aws.failNext({
      action: 'CreateNetworkAclEntry',
      code: 'Unavailable',
      status: 503,
      afterApply: true,
    });
    expect((await create(1)).code).toBe('Unavailable');
    expect(rules()).toEqual([1]);
    expect((await create(1)).code).toBe('NetworkAclEntryAlreadyExists');
  });

  test('can drop the connection, before and after the change', async () => {
    bench.aws.failNext({ action: 'CreateNetworkAclEntry', code: 'disconnect' });
    bench.aws.failNext({ action: 'CreateNetworkAclEntry', code: 'disconnect', afterApply: true });
    expect((await create(1)).status).toBe(0);
    expect(rules()).toEqual([]);
    expect((await create(1)).status).toBe(0);
    expect(rules()).toEqual([1]);
    expect(bench.aws.calls.map(({ outcome }) => outcome)).toEqual(['disconnect', 'disconnect']);
  });

  test('can let calls pass first and then fail several', async () => {
    bench.aws.failNext({ action: 'CreateNetworkAclEntry', code: 'InternalError', skip: 1, times: 2 });
    expect(await codes([1, 2, 3, 4].map((n) => () => create(n)))).toEqual([
      'accepted',
      'InternalError',
      'InternalError',
      'accepted',
    ]);
  });

  test('for * meets any action of either service', async () => {
    bench.aws.failNext({ action: '*', code: 'ServiceUnavailable', status: 503, times: 2 });
    expect((await describeAcls()).code).toBe('ServiceUnavailable');
    const list = bench.waf.send(new ListIPSetsCommand({ Scope: 'REGIONAL' }));
    expect((await refusal(list)).code).toBe('ServiceUnavailable');
  });

  test('can be taken back', async () => {
    bench.aws.failNext({ action: '*', code: 'InternalError' });
    bench.aws.clearFaults();
    expect((await describeAcls()).code).toBe('accepted');
  });
});

describe('the call log', () => {
  test('tells what was asked, when, and what came of it', async () => {
    await start({ clock: () => 1_764_000_000_000 });
    await create(1);
    await create(1);
    await refusal(bench.waf.send(new ListIPSetsCommand({ Scope: 'REGIONAL' })));
    expect(
      bench.aws.calls.map(({ service, action, at, changing, outcome }) => [
        service,
        action,
        at,
        changing,
        outcome,
      ]),
    ).toEqual([
      ['ec2', 'CreateNetworkAclEntry', 1_764_000_000_000, true, 'ok'],
      ['ec2', 'CreateNetworkAclEntry', 1_764_000_000_000, true, 'NetworkAclEntryAlreadyExists'],
      ['wafv2', 'ListIPSets', 1_764_000_000_000, false, 'ok'],
    ]);
    expect(bench.aws.calls[0]?.params).toMatchObject({ RuleNumber: '1', CidrBlock: '198.51.100.1/32' });
  });

  test('holds a changing call that was refused for its parameters', async () => {
    await start();
    await create(40_000);
    expect(bench.aws.changingCalls().map(({ outcome }) => outcome)).toEqual(['InvalidParameterValue']);
  });

  test('knows the changing calls, and can be cleared', async () => {
    await start();
    await describeAcls();
    expect(bench.aws.changingCalls()).toEqual([]);
    await create(1);
    expect(bench.aws.changingCalls().map(({ action }) => action)).toEqual(['CreateNetworkAclEntry']);
    bench.aws.clearCalls();
    expect(bench.aws.calls).toEqual([]);
  });

  test('keeps the newest calls only', async () => {
    await start({ callsKept: 2 });
    await codes([() => create(1), describeAcls, describeAcls]);
    expect(bench.aws.calls.map(({ action }) => action)).toEqual([
      'DescribeNetworkAcls',
      'DescribeNetworkAcls',
    ]);
  });
});
