/**
 * EC2 (network ACLs) and WAFv2 (IP sets) in this process, over HTTP on the loopback interface, for `ringfence local`
 * and for tests. Production code meets it through the ordinary SDK clients and an endpoint URL.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Dispatcher } from './dispatcher';
import type { Call } from './dispatcher';
import { NetworkAclState } from './ec2-network-acl-state';
import type { NetworkAclStateOptions } from './ec2-network-acl-state';
import { ec2QueryProtocol } from './ec2-query-protocol';
import { Faults } from './faults';
import type { Fault } from './faults';
import { Identifiers } from './identifiers';
import { Throttle } from './throttle';
import type { ThrottleLimits } from './throttle';
import { wafv2JsonProtocol } from './wafv2-json-protocol';
import { IpSetState } from './wafv2-ip-set-state';
import type { IpSetStateOptions } from './wafv2-ip-set-state';
import type { WireReply } from './wire';

/** Settings of the endpoint; everything has a default. */
export interface EmbeddedAwsOptions extends NetworkAclStateOptions, IpSetStateOptions {
  /** @default - never throttled */
  readonly throttle?: ThrottleLimits;
  /** Milliseconds since the epoch, for throttling and the call log. @default Date.now */
  readonly clock?: () => number;
  /** Calls kept in the log; older ones are dropped. @default 10000 */
  readonly callsKept?: number;
  /** @default 0 - any free port */
  readonly port?: number;
}

/** A running endpoint. */
export interface EmbeddedAws {
  /** `http://127.0.0.1:PORT`, for the clients' `endpoint`. */
  readonly endpoint: string;
  /** Every decoded call, in order. */
  readonly calls: readonly Call[];
  /** The calls that asked for a change, refused ones too. */
  changingCalls(): readonly Call[];
  /** Forgets the calls so far. */
  clearCalls(): void;
  /** For seeding and inspection, past the wire, the throttle and the call log. */
  readonly networkAcls: NetworkAclState;
  /** For seeding and inspection, past the wire, the throttle and the call log. */
  readonly ipSets: IpSetState;
  /** Makes the next matching call fail. */
  failNext(fault: Fault): void;
  /** Forgets injected faults that have not been met. */
  clearFaults(): void;
  close(): Promise<void>;
}

/** Ten thousand IPv6 blocks with all digits are about 450 KB of JSON. */
const LARGEST_BODY = 1024 * 1024;

/** Reads the body; `undefined` once it is larger than allowed, which the caller answers without waiting for the rest. */
function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_BODY) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

async function answer(
  dispatcher: Dispatcher,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = headerOf(request, 'x-amz-target');
  const body = await readBody(request);
  const protocol = dispatcher.protocolOf(target);
  const reply: WireReply =
    body === undefined
      ? dispatcher.refuse(protocol, protocol.errors.tooLarge())
      : dispatcher.handle({ target, authorization: headerOf(request, 'authorization'), body });
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'x-amzn-requestid': reply.requestId,
    // The rest of an oversized body is not waited for, so the connection cannot be used again.
    ...(body === undefined ? { connection: 'close' } : {}),
  });
  response.end(reply.body);
}

/** Listens on 127.0.0.1 only: nobody else on the network may reach an endpoint without authentication. */
function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

/** Starts an endpoint with empty state. */
export async function startEmbeddedAws(options: EmbeddedAwsOptions = {}): Promise<EmbeddedAws> {
  const {
    throttle = {},
    clock = Date.now,
    callsKept = 10_000,
    port = 0,
    accountId = '111111111111',
  } = options;
  const identifiers = new Identifiers();
  const networkAcls = new NetworkAclState(identifiers, options);
  const ipSets = new IpSetState(identifiers, { ...options, accountId });
  const faults = new Faults();
  const calls: Call[] = [];
  const record = (call: Omit<Call, 'at'>): void => {
    calls.push({ ...call, at: clock() });
    if (calls.length > callsKept) calls.shift();
  };
  const dispatcher = new Dispatcher(ec2QueryProtocol(networkAcls, accountId), wafv2JsonProtocol(ipSets), {
    identifiers,
    throttle: new Throttle(throttle, clock),
    faults,
    record,
  });
  const server = createServer((request, response) => {
    // A dropped connection, on either side, concerns that request only.
    answer(dispatcher, request, response).catch(() => request.socket.destroy());
  });
  return {
    endpoint: await listen(server, port),
    calls,
    changingCalls: () => calls.filter(({ changing }) => changing),
    clearCalls: () => void calls.splice(0),
    networkAcls,
    ipSets,
    failNext: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    close: () => stop(server),
  };
}
