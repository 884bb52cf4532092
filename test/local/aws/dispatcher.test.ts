/** A defect of the embedded services themselves is answered as AWS answers its own: with 500, in the right shape. */
import { Dispatcher } from '../../../lib/local/aws/dispatcher';
import { ec2QueryProtocol } from '../../../lib/local/aws/ec2-query-protocol';
import { NetworkAclState } from '../../../lib/local/aws/ec2-network-acl-state';
import { Faults } from '../../../lib/local/aws/faults';
import { Identifiers } from '../../../lib/local/aws/identifiers';
import { Throttle } from '../../../lib/local/aws/throttle';
import { wafv2JsonProtocol } from '../../../lib/local/aws/wafv2-json-protocol';
import { IpSetState } from '../../../lib/local/aws/wafv2-ip-set-state';

const defect = (): never => {
  throw new TypeError('a defect');
};

const identifiers = new Identifiers();
const networkAcls = Object.assign(new NetworkAclState(identifiers), { list: defect });
const ipSets = Object.assign(new IpSetState(identifiers), { page: defect });
const outcomes: string[] = [];
const dispatcher = new Dispatcher(ec2QueryProtocol(networkAcls, '111111111111'), wafv2JsonProtocol(ipSets), {
  identifiers,
  throttle: new Throttle({}, () => 0),
  faults: new Faults(),
  record: ({ outcome }) => void outcomes.push(outcome),
});

test.each([
  ['EC2', { body: 'Action=DescribeNetworkAcls&Version=2016-11-15' }, '<Code>InternalError</Code>'],
  [
    'WAFv2',
    { target: 'AWSWAF_20190729.ListIPSets', body: '{"Scope":"REGIONAL"}' },
    '"WAFInternalErrorException"',
  ],
])('a defect behind %s is answered with 500 and logged as internal', (_service, request, shape) => {
  const { status, body } = dispatcher.handle(request);
  expect(status).toBe(500);
  expect(body).toContain(shape);
  expect(body).toContain('TypeError: a defect');
  expect(outcomes.at(-1)).toBe('internal');
});
