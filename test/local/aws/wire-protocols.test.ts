/** Requests no SDK would send: each gets an AWS-like answer, and the endpoint lives on. */
import { createConnection } from 'node:net';
import { XMLParser } from 'fast-xml-parser';
import { ACL, startBench, VPC } from './support';
import type { Bench } from './support';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
  bench.aws.networkAcls.seed({ id: ACL, vpcId: VPC });
});
afterAll(() => bench.close());

interface ErrorDocument {
  Response: { Errors: { Error: { Code: string; Message: string } }; RequestID: string };
}

const FORM = 'application/x-www-form-urlencoded';
const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(bench.aws.endpoint, { method: 'POST', body, headers: { 'content-type': FORM, ...headers } });
const query = (parameters: Record<string, string>) =>
  post(new URLSearchParams({ Version: '2016-11-15', ...parameters }).toString());
const json = (action: string, body: string, target = `AWSWAF_20190729.${action}`) =>
  post(body, { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' });
const xmlError = async (response: Response): Promise<ErrorDocument['Response']> =>
  (new XMLParser().parse(await response.text()) as ErrorDocument).Response;

describe('the query protocol', () => {
  test('writes errors in the shape of the API Reference', async () => {
    const response = await query({
      Action: 'DescribeNetworkAcls',
      'NetworkAclId.1': 'acl-0fffffffffffffff0',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Response><Errors><Error><Code>InvalidNetworkAclID.NotFound<\/Code><Message>[^<]+<\/Message><\/Error><\/Errors><RequestID>[0-9a-f-]{36}<\/RequestID><\/Response>$/,
    );
  });

  test.each<[string, Record<string, string>, string]>([
    ['no action', {}, 'MissingAction'],
    ['an unknown action', { Action: 'RunInstances' }, 'InvalidAction'],
    ['an action named like a built-in', { Action: 'constructor' }, 'InvalidAction'],
    ['another version', { Action: 'DescribeNetworkAcls', Version: '2006-06-26' }, 'NoSuchVersion'],
    ['a misspelled parameter', { Action: 'DescribeNetworkAcls', NetworkAclIds: ACL }, 'UnknownParameter'],
    ['a number that is none', { Action: 'DescribeNetworkAcls', MaxResults: '5x' }, 'InvalidParameterValue'],
    ['a Boolean that is none', { Action: 'DescribeNetworkAcls', DryRun: 'yes' }, 'InvalidParameterValue'],
  ])('refuses %s', async (_what, parameters, code) => {
    const response = await query(parameters);
    expect([response.status, (await xmlError(response)).Errors.Error.Code]).toEqual([400, code]);
  });

  test('escapes what it quotes', async () => {
    const nasty = '<a & "b">\u0000\u0007';
    const response = await query({ Action: nasty });
    const text = await response.text();
    expect(text).toContain('The action &lt;a &amp; &quot;b&quot;&gt;\ufffd\ufffd is not valid');
  });

  test.each([
    ['nonsense', '%%%&&&==='],
    ['nothing', ''],
    ['JSON', '{"Action":1}'],
  ])('answers %s with MissingAction', async (_what, body) => {
    expect((await xmlError(await post(body))).Errors.Error.Code).toBe('MissingAction');
  });

  test('ignores list members after a gap', async () => {
    const response = await query({
      Action: 'DescribeNetworkAcls',
      'NetworkAclId.1': ACL,
      'NetworkAclId.3': 'nope',
    });
    expect(response.status).toBe(200);
  });
});

describe('the JSON protocol', () => {
  test('writes errors with __type and the members of the exception', async () => {
    const body = { Name: 'x', Scope: 'REGIONAL', IPAddressVersion: 'IPV4', Addresses: ['nope'] };
    const response = await json('CreateIPSet', JSON.stringify(body));
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect([response.status, await response.json()]).toEqual([
      400,
      {
        __type: 'WAFInvalidParameterException',
        message:
          'Error reason: The parameter contains formatting that is not valid., field: IP_ADDRESS, parameter: nope',
        Field: 'IP_ADDRESS',
        Parameter: 'nope',
        Reason: 'The parameter contains formatting that is not valid.',
      },
    ]);
  });

  test.each([
    ['broken JSON', 'ListIPSets', '{"Scope":', 'SerializationException'],
    ['an array', 'ListIPSets', '[]', 'SerializationException'],
    ['null', 'ListIPSets', 'null', 'SerializationException'],
    ['an unknown action', 'CreateWebACL', '{}', 'UnknownOperationException'],
    ['an action named like a built-in', 'constructor', '{}', 'UnknownOperationException'],
    ['no parameters', 'ListIPSets', '', 'ValidationException'],
    ['a limit of the wrong type', 'ListIPSets', '{"Scope":"REGIONAL","Limit":"5"}', 'ValidationException'],
    [
      'a name of the wrong type',
      'GetIPSet',
      '{"Scope":"REGIONAL","Name":{},"Id":"a"}',
      'ValidationException',
    ],
  ])('refuses %s', async (_what, action, body, code) => {
    const response = await json(action, body);
    expect([response.status, await response.json()]).toMatchObject([400, { __type: code }]);
  });

  test('refuses the target of another service', async () => {
    const response = await json('', '{}', 'DynamoDB_20120810.ListTables');
    expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });
});

describe('the HTTP server', () => {
  test('refuses a body of more than 1 MiB', async () => {
    const large = 'x'.repeat(1024 * 1024 + 1);
    const asQuery = await post(large);
    expect([asQuery.status, (await xmlError(asQuery)).Errors.Error.Code]).toEqual([
      413,
      'RequestEntityTooLarge',
    ]);
    const asJson = await json('UpdateIPSet', large);
    expect([asJson.status, await asJson.json()]).toMatchObject([
      413,
      { __type: 'RequestEntityTooLargeException' },
    ]);
  });

  test('survives a client that goes away in the middle of its request', async () => {
    const port = Number(new URL(bench.aws.endpoint).port);
    await new Promise<void>((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nAction=Desc', () =>
          socket.destroy(),
        );
      });
      socket.on('close', () => resolve());
    });
    expect((await query({ Action: 'DescribeNetworkAcls' })).status).toBe(200);
  });

  test('listens on the loopback interface only', () => {
    expect(bench.aws.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('refuses to start on a port that is taken', async () => {
    await expect(startBench({ port: Number(new URL(bench.aws.endpoint).port) })).rejects.toThrow(
      'EADDRINUSE',
    );
  });
});
