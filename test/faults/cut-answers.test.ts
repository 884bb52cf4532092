import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDbLedger } from '../../lambda/blacklist/dynamodb-ledger';
import { LedgerUnavailableError } from '../../lambda/blacklist/ledger';
import { EnforcementError } from '../../lambda/enforcement';
import { Ec2NetworkAcls } from '../../lambda/enforcement/ec2-network-acls';
import { Wafv2IpSets } from '../../lambda/enforcement/wafv2-ip-sets';
import { type Clients, clientsFor } from './clients';

/** Answers everything with a part of one body, in good HTTP, as a proxy does that gives up half-way. */
let server: Server;
let clients: Clients;
let body = '';
let contentType = 'text/xml';
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  clients = clientsFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  clients.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ENTRIES = [1, 2, 3].map(
  (number) =>
    `<item><ruleNumber>${number}</ruleNumber><protocol>-1</protocol><ruleAction>deny</ruleAction><egress>false</egress><cidrBlock>198.51.100.${number}/32</cidrBlock></item>`,
);
const XML = `<?xml version="1.0" encoding="UTF-8"?><DescribeNetworkAclsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><networkAclSet><item><networkAclId>acl-1</networkAclId><vpcId>vpc-1</vpcId><default>false</default><entrySet>${ENTRIES.join('')}</entrySet><associationSet/><tagSet/></item></networkAclSet></DescribeNetworkAclsResponse>`;
const SET = { name: 'banned', id: 'a', scope: 'REGIONAL', family: 'IPV4' } as const;
const SET_JSON = JSON.stringify({
  IPSet: { Name: 'banned', Id: 'a', ARN: 'arn', IPAddressVersion: 'IPV4', Addresses: ['198.51.100.1/32'] },
  LockToken: 'token',
});
const ALLOW_JSON = JSON.stringify({
  Items: ['198.51.100.1/32', '198.51.100.2/32'].map((cidr) => ({
    pk: { S: 'ALLOW' },
    sk: { S: cidr },
    cidr: { S: cidr },
    schema: { N: '1' },
  })),
  Count: 2,
  ScannedCount: 2,
});

/** Serves each part of the whole and says which of them were taken for an answer. */
async function partsTaken(
  whole: string,
  type: string,
  read: () => Promise<unknown>,
  refusal: new () => Error,
) {
  contentType = type;
  const taken: number[] = [];
  const otherwise: unknown[] = [];
  for (let length = 0; length <= whole.length; length++) {
    body = whole.slice(0, length);
    try {
      await read();
      taken.push(length);
    } catch (error) {
      if (!(error instanceof refusal)) otherwise.push(error);
    }
  }
  return { taken, otherwise };
}

describe('I6: an answer that is cut off anywhere is not a shorter answer', () => {
  it('from EC2', async () => {
    const read = () => new Ec2NetworkAcls(clients.ec2).describe('acl-1');
    const error = EnforcementError as unknown as new () => Error;
    expect(await partsTaken(XML, 'text/xml', read, error)).toEqual({ taken: [XML.length], otherwise: [] });
    body = XML;
    expect((await read()).ingress).toHaveLength(3);
  });

  it('from WAFv2', async () => {
    const read = () => new Wafv2IpSets(clients.waf).read(SET);
    const error = EnforcementError as unknown as new () => Error;
    const type = 'application/x-amz-json-1.1';
    expect(await partsTaken(SET_JSON, type, read, error)).toEqual({
      taken: [SET_JSON.length],
      otherwise: [],
    });
  });

  const dynamoDb = 'application/x-amz-json-1.0';
  const error = LedgerUnavailableError as unknown as new () => Error;

  it('from a query of DynamoDB', async () => {
    const ledger = new DynamoDbLedger({ client: clients.document, tableName: 'ledger' });
    const read = () => ledger.allowedCidrs();
    expect(await partsTaken(ALLOW_JSON, dynamoDb, read, error)).toEqual({
      taken: [ALLOW_JSON.length],
      otherwise: [],
    });
  });

  it('from DynamoDB about one item: no answer does not mean that nobody paused', async () => {
    const ledger = new DynamoDbLedger({ client: clients.document, tableName: 'ledger' });
    const none = JSON.stringify({ Responses: { ledger: [] }, UnprocessedKeys: {} });
    const read = () => ledger.paused();
    expect(await partsTaken(none, dynamoDb, read, error)).toEqual({ taken: [none.length], otherwise: [] });
  });
});
