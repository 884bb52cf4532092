import { EC2Client, type NetworkAclEntry } from '@aws-sdk/client-ec2';
import type { WAFV2Client } from '@aws-sdk/client-wafv2';
import { formatCidr, parseCidr } from '../../lambda/address';
import { LedgerUnavailableError } from '../../lambda/blacklist/ledger';
import { CapacityError, ConflictError, ReadIncompleteError, TransientError } from '../../lambda/enforcement';
import { Ec2NetworkAcls } from '../../lambda/enforcement/ec2-network-acls';
import { Wafv2IpSets } from '../../lambda/enforcement/wafv2-ip-sets';
import { NOW, ban } from './support/bans';
import { ACL } from './support/deployment';
import { World } from './support/world';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const A = parseCidr('198.51.100.1/32');

describe('network ACLs through EC2', () => {
  it('shows the ingress entries of both families in order', async () => {
    const { networkAcls } = world.options;
    await networkAcls.createDeny(ACL, 2, parseCidr('2001:db8::/64'));
    await networkAcls.createDeny(ACL, 1, A);
    const { ingress } = await networkAcls.describe(ACL);
    expect(
      ingress.map(({ ruleNumber, action, protocol, cidr }) => [
        ruleNumber,
        action,
        protocol,
        formatCidr(cidr),
      ]),
    ).toEqual([
      [1, 'deny', '-1', '198.51.100.1/32'],
      [2, 'deny', '-1', '2001:db8::/64'],
      [100, 'allow', '17', '0.0.0.0/0'],
      [32_767, 'deny', '-1', '0.0.0.0/0'],
      [32_768, 'deny', '-1', '::/0'],
    ]);
  });

  it('tells conflicts and lack of room apart', async () => {
    const { networkAcls } = world.options;
    await networkAcls.createDeny(ACL, 1, A);
    await expect(networkAcls.createDeny(ACL, 1, A)).rejects.toThrow(ConflictError);
    await expect(networkAcls.replaceDeny(ACL, 2, A)).rejects.toThrow(ConflictError);
    await expect(networkAcls.deleteEntry(ACL, 2)).rejects.toThrow(ConflictError);
    for (let i = 2; i <= 18; i++) await networkAcls.createDeny(ACL, i, A);
    await expect(networkAcls.createDeny(ACL, 19, A)).rejects.toThrow(CapacityError);
    await expect(networkAcls.describe('acl-00000000000000abc')).rejects.toThrow(ReadIncompleteError);
  });

  it.each([
    ['throttling', { code: 'RequestLimitExceeded', status: 503 }],
    ['a failure of EC2', { code: 'InternalError', status: 500 }],
    ['a connection that breaks', { code: 'disconnect' }],
  ])('makes one attempt, and says of %s that another may succeed', async (_, fault) => {
    world.aws.failNext({ action: 'CreateNetworkAclEntry', ...fault });
    await expect(world.options.networkAcls.createDeny(ACL, 1, A)).rejects.toThrow(TransientError);
    expect(world.takeChanges()).toHaveLength(1);
  });

  it('passes other errors on as they are', async () => {
    world.aws.failNext({ action: 'DescribeNetworkAcls', code: 'UnauthorizedOperation', status: 403 });
    await expect(world.options.networkAcls.describe(ACL)).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
    });
  });

  const whole: NetworkAclEntry = {
    Egress: false,
    RuleNumber: 1,
    RuleAction: 'deny',
    Protocol: '-1',
    CidrBlock: '198.51.100.1/32',
  };
  it.each<[string, unknown]>([
    ['no answer', {}],
    ['another network ACL', { NetworkAcls: [{ NetworkAclId: 'acl-2', Entries: [] }] }],
    ['no entries', { NetworkAcls: [{ NetworkAclId: ACL }] }],
    [
      'an entry without direction',
      { NetworkAcls: [{ NetworkAclId: ACL, Entries: [{ ...whole, Egress: undefined }] }] },
    ],
    [
      'an entry without CIDR',
      { NetworkAcls: [{ NetworkAclId: ACL, Entries: [{ ...whole, CidrBlock: undefined }] }] },
    ],
    [
      'an entry with two CIDRs',
      { NetworkAcls: [{ NetworkAclId: ACL, Entries: [{ ...whole, Ipv6CidrBlock: '::/0' }] }] },
    ],
  ])('I6: takes %s for a read that is not complete', async (_, answer) => {
    const gateway = new Ec2NetworkAcls(answering([answer]));
    await expect(gateway.describe(ACL)).rejects.toThrow(ReadIncompleteError);
  });

  it('I6: reads every page', async () => {
    const pages = [
      { NetworkAcls: [], NextToken: 'next' },
      { NetworkAcls: [{ NetworkAclId: ACL, Entries: [whole] }] },
    ];
    const { ingress } = await new Ec2NetworkAcls(answering(pages)).describe(ACL);
    expect(ingress).toHaveLength(1);
  });

  it('is content with an entry of its own that EC2 made although the answer was lost', async () => {
    await world.ledger.putBan(ban('198.51.100.1'), 'detector');
    world.aws.failNext({ action: 'CreateNetworkAclEntry', code: 'disconnect', afterApply: true });
    expect(await world.reconcile()).toMatchObject({ applied: true, errors: [] });
    expect(world.denies()).toEqual(['1 198.51.100.1/32']);
    expect(await world.ledger.ownedEntries(ACL)).toHaveLength(1);
  });

  it('I2: does not take for its own what somebody else put on the number just before', async () => {
    await world.ledger.putBan(ban('198.51.100.1'), 'detector');
    const { networkAcls } = world.options;
    let first = true;
    const createDeny: typeof networkAcls.createDeny = async (id, ruleNumber, cidr) => {
      if (first) await networkAcls.createDeny(id, ruleNumber, parseCidr('203.0.113.200/32'));
      first = false;
      await networkAcls.createDeny(id, ruleNumber, cidr);
    };
    const report = await world.reconcile({
      networkAcls: Object.assign(Object.create(networkAcls) as typeof networkAcls, { createDeny }),
    });
    expect(report).toMatchObject({ applied: true, networkAcls: [{ strangers: [{ ruleNumber: 1 }] }] });
    expect(world.denies()).toEqual(['1 203.0.113.200/32', '2 198.51.100.1/32']);
    expect((await world.ledger.ownedEntries(ACL)).map(({ ruleNumber }) => ruleNumber)).toEqual([2]);
  });

  it('I2: keeps the record of an entry that EC2 did not show yet', async () => {
    await world.ledger.putBan(ban('198.51.100.1'), 'detector');
    await world.reconcile();
    await world.ledger.putBan(ban('198.51.103.9', { origin: 'operator' }), 'ann');
    await world.ledger.endBan('198.51.100.1', NOW, 'ann', 'over');
    const { networkAcls } = world.options;
    let reads = 0;
    const describe: typeof networkAcls.describe = async (id) => {
      const acl = await networkAcls.describe(id);
      return reads++ > 0 ? acl : { ...acl, ingress: acl.ingress.filter(({ ruleNumber }) => ruleNumber > 1) };
    };
    const report = await world.reconcile({
      networkAcls: Object.assign(Object.create(networkAcls) as typeof networkAcls, { describe }),
    });
    expect(report).toMatchObject({ applied: true, networkAcls: [{ strangers: [] }] });
    expect(world.denies()).toEqual(['1 198.51.103.9/32']);
  });

  it('I6: reports it when planning again fails for want of the ledger', async () => {
    await world.ledger.putBan(ban('198.51.100.1'), 'detector');
    world.aws.failNext({ action: 'CreateNetworkAclEntry', code: 'NetworkAclEntryAlreadyExists' });
    world.aws.failNext({ action: 'UpdateIPSet', code: 'WAFOptimisticLockException' });
    const { ledger } = world;
    const inForce = await ledger.bansInForce(NOW);
    jest
      .spyOn(ledger, 'bansInForce')
      .mockResolvedValueOnce(inForce)
      .mockRejectedValue(new LedgerUnavailableError('down'));
    const report = await world.reconcile();
    expect(report.errors.map(({ target, error }) => [target, error])).toEqual([
      [ACL, 'LedgerUnavailableError'],
      ['banned-ipv4', 'LedgerUnavailableError'],
    ]);
    expect(world.denies()).toEqual([]);
  });

  it('reports what is thrown that is no error', async () => {
    const { networkAcls } = world.options;
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- libraries do such things
    const describe = () => Promise.reject('odd');
    const report = await world.reconcile({
      networkAcls: Object.assign(Object.create(networkAcls) as typeof networkAcls, { describe }),
    });
    expect(report.errors).toEqual([{ target: ACL, error: 'unknown', message: 'odd' }]);
  });

  it('gives up for this run after several conflicts', async () => {
    await world.ledger.putBan(ban('198.51.100.1'), 'detector');
    world.aws.failNext({ action: 'CreateNetworkAclEntry', code: 'NetworkAclEntryAlreadyExists', times: 99 });
    const report = await world.reconcile();
    expect(report.errors).toMatchObject([{ target: ACL, error: 'ConflictError' }]);
    expect(world.takeChanges().filter((action) => action === 'CreateNetworkAclEntry')).toHaveLength(4);
    expect(await world.ledger.ownedEntries(ACL)).toEqual([]);
  });
});

describe('IP sets through WAFv2', () => {
  /** An edit from outside just before the first `times` updates. */
  const editedFirst = (times: number, edit: () => void) => {
    const { ipSets } = world.options;
    let left = times;
    const replace: typeof ipSets.replace = async (...args) => {
      if (left-- > 0) edit();
      await ipSets.replace(...args);
    };
    return Object.assign(Object.create(ipSets) as typeof ipSets, { replace });
  };

  it('after a concurrent edit reads and decides again instead of pushing its old list', async () => {
    await world.ledger.putBan(ban('198.51.100.1'), 'detector');
    await world.ledger.putBan(ban('198.51.100.5'), 'detector');
    const ipSets = editedFirst(1, () => {
      world.writeSet('IPV4', ['203.0.113.66/32']);
      void world.ledger.endBan('198.51.100.5', Math.floor(world.nowMs / 1000), 'ann', 'a mistake');
    });
    expect(await world.reconcile({ ipSets })).toMatchObject({ applied: true, errors: [] });
    expect(world.listed('IPV4')).toEqual(['198.51.100.1/32']);
    const outcomes = world.aws
      .changingCalls()
      .filter(({ action }) => action === 'UpdateIPSet')
      .map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['WAFOptimisticLockException', 'ok']);
  });

  it('makes no second call when the concurrent edit was the one it wanted', async () => {
    await world.ledger.putBan(ban('198.51.100.1'), 'detector');
    const ipSets = editedFirst(1, () => world.writeSet('IPV4', ['198.51.100.1/32']));
    expect(await world.reconcile({ ipSets })).toMatchObject({ applied: true });
    expect(world.takeChanges().filter((action) => action === 'UpdateIPSet')).toHaveLength(1);
  });

  it('gives up for this run after several conflicts', async () => {
    await world.ledger.putBan(ban('198.51.100.1'), 'detector');
    const ipSets = editedFirst(99, () => world.writeSet('IPV4', ['203.0.113.66/32']));
    const report = await world.reconcile({ ipSets });
    expect(report.errors).toMatchObject([{ target: 'banned-ipv4', error: 'ConflictError' }]);
    expect(report.overflow).toEqual([]);
    expect(world.takeChanges().filter((action) => action === 'UpdateIPSet')).toHaveLength(4);
  });

  const [SET] = [{ name: 'banned', id: 'a', scope: 'CLOUDFRONT', family: 'IPV4' } as const];

  it('says so when a scope has no client', async () => {
    await expect(world.options.ipSets.read(SET)).rejects.toThrow(
      'banned: there is no client for scope CLOUDFRONT',
    );
  });

  it.each<[string, unknown]>([
    ['no set', { LockToken: 't' }],
    ['no lock token', { IPSet: { Addresses: [], IPAddressVersion: 'IPV4' } }],
    ['a set of the other family', { LockToken: 't', IPSet: { Addresses: [], IPAddressVersion: 'IPV6' } }],
    ['an address that is none', { LockToken: 't', IPSet: { Addresses: ['nope'], IPAddressVersion: 'IPV4' } }],
  ])('I6: takes %s for a read that is not complete', async (_, answer) => {
    const client = answering([answer]) as unknown as WAFV2Client;
    const sets = new Wafv2IpSets({ REGIONAL: client, CLOUDFRONT: client });
    await expect(sets.read(SET)).rejects.toThrow(ReadIncompleteError);
  });

  it('translates lack of room and passes other errors on', async () => {
    const [set] = world.deployment.ipSets;
    if (set === undefined) throw new Error('no set');
    const { ipSets } = world.options;
    const observed = await ipSets.read(set);
    world.aws.failNext({ action: 'UpdateIPSet', code: 'WAFLimitsExceededException' });
    await expect(ipSets.replace(set, [A], observed)).rejects.toThrow(CapacityError);
    world.aws.failNext({ action: 'UpdateIPSet', code: 'WAFInvalidParameterException' });
    await expect(ipSets.replace(set, [A], observed)).rejects.toMatchObject({
      name: 'WAFInvalidParameterException',
    });
  });
});

/** A client that gives these answers in turn. It is a real one underneath, because the SDK's paging asks for that. */
function answering(answers: readonly unknown[]): EC2Client {
  const left = [...answers];
  const send = (): Promise<unknown> => Promise.resolve(left.shift());
  return Object.assign(Object.create(EC2Client.prototype) as EC2Client, { send });
}
