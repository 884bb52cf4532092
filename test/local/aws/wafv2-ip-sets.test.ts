import {
  CreateIPSetCommand,
  DeleteIPSetCommand,
  GetIPSetCommand,
  ListIPSetsCommand,
  UpdateIPSetCommand,
  WAFInvalidParameterException,
  WAFV2Client,
} from '@aws-sdk/client-wafv2';
import type { CreateIPSetCommandInput, IPSetSummary } from '@aws-sdk/client-wafv2';
import { clientConfig, refusal, startBench } from './support';
import type { Bench } from './support';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

async function create(wanted: Partial<CreateIPSetCommandInput> = {}): Promise<IPSetSummary> {
  const input: CreateIPSetCommandInput = {
    Name: 'banned-ipv4',
    Scope: 'REGIONAL',
    IPAddressVersion: 'IPV4',
    Addresses: [],
    ...wanted,
  };
  const { Summary } = await bench.waf.send(new CreateIPSetCommand(input));
  return Summary ?? {};
}
const named = ({ Name, Id }: IPSetSummary) => ({ Name, Id, Scope: 'REGIONAL' as const });
const get = (set: IPSetSummary) => bench.waf.send(new GetIPSetCommand(named(set)));
const update = (set: IPSetSummary, Addresses: string[], LockToken = set.LockToken) =>
  bench.waf.send(new UpdateIPSetCommand({ ...named(set), Addresses, LockToken }));

describe('CreateIPSet and GetIPSet', () => {
  test('answer what was created, with a lock token', async () => {
    const set = await create({
      Addresses: ['198.51.100.7/32', '203.0.113.0/24'],
      Description: 'SIP scanners',
    });
    expect(set.ARN).toBe(`arn:aws:wafv2:us-east-1:111111111111:regional/ipset/banned-ipv4/${set.Id}`);
    const { IPSet, LockToken } = await get(set);
    expect(LockToken).toBe(set.LockToken);
    expect(IPSet).toEqual({
      Name: 'banned-ipv4',
      Id: set.Id,
      ARN: set.ARN,
      Description: 'SIP scanners',
      IPAddressVersion: 'IPV4',
      Addresses: ['198.51.100.7/32', '203.0.113.0/24'],
    });
  });

  test('answer IPv6 with all digits, whatever was sent', async () => {
    const set = await create({ IPAddressVersion: 'IPV6', Addresses: ['2001:db8:7::/64', '2001:DB8::5/128'] });
    expect((await get(set)).IPSet?.Addresses).toEqual([
      '2001:0db8:0007:0000:0000:0000:0000:0000/64',
      '2001:0db8:0000:0000:0000:0000:0000:0005/128',
    ]);
  });

  test('keep an address once', async () => {
    const set = await create({ Addresses: ['198.51.100.7/32', '198.51.100.7/32'] });
    expect((await get(set)).IPSet?.Addresses).toEqual(['198.51.100.7/32']);
  });

  test('refuse a name that is taken in the scope, but not in the other scope', async () => {
    await create();
    expect(await refusal(create())).toMatchObject({ code: 'WAFDuplicateItemException', status: 400 });
    expect((await refusal(create({ Scope: 'CLOUDFRONT' }))).code).toBe('accepted');
  });

  test('stop at 100 sets per scope', async () => {
    for (let n = 0; n < 100; n += 1) {
      bench.aws.ipSets.create({
        Name: `set-${n}`,
        Scope: 'REGIONAL',
        IPAddressVersion: 'IPV4',
        Addresses: [],
      });
    }
    expect((await refusal(create())).code).toBe('WAFLimitsExceededException');
    expect((await refusal(create({ Scope: 'CLOUDFRONT' }))).code).toBe('accepted');
  });

  test.each([
    ['another ID', { Id: '00000000-0000-4000-8000-ffffffffffff' }],
    ['another name', { Name: 'banned-ipv6' }],
    ['another scope', { Scope: 'CLOUDFRONT' as const }],
  ])('do not find a set under %s', async (_what, wrong) => {
    const set = await create();
    const call = bench.waf.send(new GetIPSetCommand({ ...named(set), ...wrong }));
    expect((await refusal(call)).code).toBe('WAFNonexistentItemException');
  });
});

describe('addresses', () => {
  test.each<[string, 'IPV4' | 'IPV6', string]>([
    ['a bare address', 'IPV4', '198.51.100.7'],
    ['/0', 'IPV4', '0.0.0.0/0'],
    ['/0', 'IPV6', '::/0'],
    ['a prefix length of 33', 'IPV4', '198.51.100.7/33'],
    ['set host bits', 'IPV4', '198.51.100.66/29'],
    ['IPv6 in an IPv4 set', 'IPV4', '2001:db8::/64'],
    ['IPv4 in an IPv6 set', 'IPV6', '198.51.100.7/32'],
    ['a word', 'IPV4', 'nope'],
  ])('of %s are refused in a set of %s: %s', async (_what, IPAddressVersion, address) => {
    const error: unknown = await create({ IPAddressVersion, Addresses: [address] }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(WAFInvalidParameterException);
    expect(error).toMatchObject({
      Field: 'IP_ADDRESS',
      Parameter: address,
      Reason: 'The parameter contains formatting that is not valid.',
    });
  });

  test('count to 10,000 in a set, and not one further', async () => {
    const many = Array.from({ length: 10_001 }, (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}/32`);
    const set = await create({ Addresses: many.slice(0, 10_000) });
    expect((await get(set)).IPSet?.Addresses).toHaveLength(10_000);
    expect(await refusal(update(set, many))).toMatchObject({
      code: 'WAFLimitsExceededException',
      status: 400,
    });
  });

  test('are all refused when one is wrong', async () => {
    const set = await create({ Addresses: ['198.51.100.7/32'] });
    await refusal(update(set, ['203.0.113.9/32', 'nope']));
    expect((await get(set)).IPSet?.Addresses).toEqual(['198.51.100.7/32']);
  });
});

describe('UpdateIPSet', () => {
  test('replaces the whole list and the description, and makes a new lock token', async () => {
    const set = await create({ Addresses: ['198.51.100.7/32'], Description: 'SIP scanners' });
    const { NextLockToken } = await update(set, ['203.0.113.9/32']);
    const { IPSet, LockToken } = await get(set);
    expect(IPSet?.Addresses).toEqual(['203.0.113.9/32']);
    expect(IPSet?.Description).toBeUndefined();
    expect(LockToken).toBe(NextLockToken);
    expect(LockToken).not.toBe(set.LockToken);
  });

  test('refuses the token of an earlier read, and takes the one of a fresh read', async () => {
    const set = await create();
    await update(set, ['203.0.113.9/32']);
    expect(await refusal(update(set, ['198.51.100.7/32']))).toMatchObject({
      code: 'WAFOptimisticLockException',
      status: 400,
    });
    const { LockToken } = await get(set);
    expect((await refusal(update(set, ['198.51.100.7/32'], LockToken))).code).toBe('accepted');
  });

  test('empties a set', async () => {
    const set = await create({ Addresses: ['198.51.100.7/32'] });
    await update(set, []);
    expect((await get(set)).IPSet?.Addresses).toEqual([]);
  });
});

describe('DeleteIPSet', () => {
  const remove = (set: IPSetSummary, LockToken = set.LockToken) =>
    bench.waf.send(new DeleteIPSetCommand({ ...named(set), LockToken }));

  test('removes the set', async () => {
    const set = await create();
    await remove(set);
    expect((await refusal(get(set))).code).toBe('WAFNonexistentItemException');
  });

  test('refuses the token of an earlier read', async () => {
    const set = await create();
    await update(set, []);
    expect((await refusal(remove(set))).code).toBe('WAFOptimisticLockException');
  });
});

describe('ListIPSets', () => {
  const list = (Limit?: number, NextMarker?: string) =>
    bench.waf.send(new ListIPSetsCommand({ Scope: 'REGIONAL', Limit, NextMarker }));

  test('answers in pages, each set of the scope once, without addresses', async () => {
    for (const Name of ['c', 'a', 'b', 'e', 'd']) await create({ Name });
    await create({ Name: 'edge', Scope: 'CLOUDFRONT' });
    const names: (string | undefined)[] = [];
    let marker: string | undefined;
    do {
      const page = await list(2, marker);
      names.push(...(page.IPSets ?? []).map(({ Name }) => Name));
      marker = page.NextMarker;
    } while (marker !== undefined);
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('carries the lock token that an update needs', async () => {
    const set = await create();
    const { IPSets } = await list();
    expect(IPSets).toEqual([{ Name: set.Name, Id: set.Id, ARN: set.ARN, LockToken: set.LockToken }]);
  });

  test.each([0, 101])('refuses a limit of %i', async (limit) => {
    expect((await refusal(list(limit))).code).toBe('ValidationException');
  });
});

describe('scope CLOUDFRONT', () => {
  test('is reached through us-east-1 only', async () => {
    const sydney = new WAFV2Client(clientConfig(bench.aws.endpoint, 'ap-southeast-2'));
    const call = sydney.send(new ListIPSetsCommand({ Scope: 'CLOUDFRONT' }));
    expect(await refusal(call)).toMatchObject({ code: 'WAFInvalidParameterException' });
    expect((await refusal(sydney.send(new ListIPSetsCommand({ Scope: 'REGIONAL' })))).code).toBe('accepted');
    sydney.destroy();
  });

  test('has ARNs of its own', async () => {
    const { ARN, Id } = await create({ Scope: 'CLOUDFRONT' });
    expect(ARN).toBe(`arn:aws:wafv2:us-east-1:111111111111:global/ipset/banned-ipv4/${Id}`);
  });
});

describe('the constraints of the model', () => {
  test.each<[string, Partial<CreateIPSetCommandInput>]>([
    ['a name with a space', { Name: 'banned ipv4' }],
    ['an unknown scope', { Scope: 'GLOBAL' as 'REGIONAL' }],
    ['an unknown address version', { IPAddressVersion: 'IPV5' as 'IPV4' }],
    ['an empty address', { Addresses: [''] }],
    ['an address of 51 characters', { Addresses: ['1'.repeat(51)] }],
    ['no addresses', { Addresses: undefined }],
    ['no name', { Name: undefined }],
  ])('refuse %s', async (_what, wrong) => {
    expect(await refusal(create(wrong))).toMatchObject({ code: 'ValidationException', status: 400 });
  });
});
