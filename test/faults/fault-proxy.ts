import { Agent, type IncomingMessage, type ServerResponse, createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request on its way, as the proxy sees it. */
export interface ProxiedCall {
  readonly service: 'dynamodb' | 'aws';
  /** `DescribeNetworkAcls`, `UpdateIPSet`, `PutItem`, … */
  readonly action: string;
  readonly body: string;
  /** Calls through this proxy before it, since it was last reset. */
  readonly index: number;
}

/** What happens to a call instead of being answered as it should. */
export type Mishap =
  /** Refused because of too many requests; not carried out. */
  | 'throttle'
  /** HTTP 500; not carried out. */
  | 'fail'
  /** Carried out, and HTTP 500 for an answer. */
  | 'fail-after'
  /** Carried out, and no answer ever: the client has to give up by itself. */
  | 'silence-after'
  /** The connection breaks; not carried out. */
  | 'drop'
  /** Carried out, and the connection breaks before the answer. */
  | 'drop-after'
  /** Carried out, and half of the answer arrives, in good HTTP. */
  | 'truncate'
  /** A read answered with what the same read was answered before. */
  | 'stale'
  /** No answer, and carried out only when {@link FaultProxy.deliverLate} is called. */
  | 'late'
  /** The process that asks dies: not carried out, and neither is anything after it. */
  | 'die'
  /** Carried out, and then the process that asked dies. */
  | 'die-after';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** Decides for each call. Anything asynchronous in it happens before the call goes on. */
export type Script = (call: ProxiedCall) => Mishap | undefined | Promise<Mishap | undefined>;

/**
 * Stands between the SDK clients of one process and the services, over HTTP on the loopback interface. Speaks to
 * DynamoDB where the target says so, and to EC2 and WAFv2 otherwise.
 */
export class FaultProxy {
  /** What the next calls meet. */
  script: Script = () => undefined;
  /** Told of each call that was carried out, before it is answered. */
  onCarriedOut: (call: ProxiedCall) => void = () => undefined;
  calls = 0;
  #dead = false;
  #late: (() => Promise<unknown>)[] = [];
  readonly #before = new Map<string, Answer[]>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server = createServer((request, response) => {
    this.#handle(request, response).catch(() => request.socket.destroy());
  });

  private constructor(private readonly upstream: Readonly<Record<'dynamodb' | 'aws', string>>) {}

  static async start(upstream: Readonly<Record<'dynamodb' | 'aws', string>>): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A new process, as it were: alive, and without a script. */
  reset(): void {
    this.script = () => undefined;
    this.#dead = false;
    this.calls = 0;
  }

  /** Forgets earlier answers, calls still on their way and who is told, for another world. */
  forget(): void {
    this.onCarriedOut = () => undefined;
    this.#before.clear();
    this.#late = [];
  }

  /** Carries out what was kept on its way. @returns how many calls that were */
  async deliverLate(): Promise<number> {
    const late = this.#late.splice(0);
    for (const deliver of late) await deliver();
    return late.length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request);
    const call = describe(request, body.toString('utf8'), this.calls++);
    const mishap = this.#dead ? 'die' : await this.script(call);
    const answer = await this.#answer(mishap, call, () => this.#carryOut(call, request, body));
    if (answer === 'never') return;
    if (answer === undefined) request.socket.destroy();
    else answerWith(response, answer);
  }

  /** @returns undefined where the connection breaks */
  async #answer(
    mishap: Mishap | undefined,
    call: ProxiedCall,
    carryOut: () => Promise<Answer>,
  ): Promise<Answer | 'never' | undefined> {
    if (mishap === 'late') this.#late.push(carryOut);
    this.#dead ||= mishap === 'die';
    // Dead already, or dead since by another call.
    if (this.#dead || mishap === 'late' || mishap === 'drop') return undefined;
    if (mishap === 'throttle' || mishap === 'fail') return refusal(mishap, call);
    const answer = this.#staleAnswer(mishap, call) ?? (await carryOut());
    this.#dead ||= mishap === 'die-after';
    if (mishap === 'drop-after' || mishap === 'die-after') return undefined;
    if (mishap === 'silence-after') return 'never';
    return mishap === 'fail-after' ? refusal(mishap, call) : cut(answer, mishap);
  }

  #staleAnswer(mishap: Mishap | undefined, call: ProxiedCall): Answer | undefined {
    return mishap === 'stale' ? this.#before.get(readKey(call))?.at(0) : undefined;
  }

  async #carryOut(call: ProxiedCall, request: IncomingMessage, body: Buffer): Promise<Answer> {
    const { method, url, headers } = request;
    const upstream = new URL(this.upstream[call.service]);
    const answer = await new Promise<Answer>((resolve, reject) => {
      const options = {
        agent: this.#agent,
        host: upstream.hostname,
        port: upstream.port,
        method,
        path: url,
        headers,
      };
      const forwarded = send(options, (reply) => {
        readAll(reply).then(
          (text) => resolve({ status: reply.statusCode ?? 500, headers: reply.headers, body: text }),
          reject,
        );
      });
      forwarded.on('error', reject);
      forwarded.end(body);
    });
    this.#remember(call, answer);
    this.onCarriedOut(call);
    return answer;
  }

  /** The last two different answers to the same read: the older one is what a stale read gives. */
  #remember(call: ProxiedCall, answer: Answer): void {
    if (!/^(?:Describe|Get)/.test(call.action) || answer.status !== 200) return;
    const kept = this.#before.get(readKey(call)) ?? [];
    if (kept.at(-1)?.body.equals(answer.body) !== true) kept.push(answer);
    this.#before.set(readKey(call), kept.slice(-2));
  }
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function describe({ headers }: IncomingMessage, body: string, index: number): ProxiedCall {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const [service = '', action = ''] = target.split('.');
    return { service: service.startsWith('DynamoDB') ? 'dynamodb' : 'aws', action, body, index };
  }
  return { service: 'aws', action: /(?:^|&)Action=(\w+)/.exec(body)?.[1] ?? '', body, index };
}

/** The same read has the same action and parameters. */
function readKey({ action, body }: ProxiedCall): string {
  return `${action} ${body}`;
}

function refusal(mishap: Mishap, { service, action }: ProxiedCall): Answer {
  const throttled = mishap === 'throttle';
  const isEc2 = service === 'aws' && /NetworkAcl/.test(action);
  if (isEc2) {
    const code = throttled ? 'RequestLimitExceeded' : 'InternalError';
    const body = `<Response><Errors><Error><Code>${code}</Code><Message>Injected.</Message></Error></Errors><RequestID>r</RequestID></Response>`;
    return {
      status: throttled ? 503 : 500,
      headers: { 'content-type': 'text/xml' },
      body: Buffer.from(body),
    };
  }
  const json = service === 'dynamodb' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1';
  const failure = service === 'dynamodb' ? 'InternalServerError' : 'WAFInternalErrorException';
  const body = JSON.stringify({ __type: throttled ? 'ThrottlingException' : failure, message: 'Injected.' });
  return { status: throttled ? 400 : 500, headers: { 'content-type': json }, body: Buffer.from(body) };
}

function cut(answer: Answer, mishap: Mishap | undefined): Answer {
  if (mishap !== 'truncate') return answer;
  return { ...answer, body: answer.body.subarray(0, Math.floor(answer.body.length / 2)) };
}

function answerWith(response: ServerResponse, { status, headers, body }: Answer): void {
  const kept = ['content-type', 'x-amzn-requestid', 'x-amz-crc32'].flatMap((name) => {
    const value = headers[name];
    // A checksum of the whole would show that half is missing; EC2 and WAFv2 send none.
    return value === undefined || name === 'x-amz-crc32' ? [] : [[name, value] as const];
  });
  response.writeHead(status, { ...Object.fromEntries(kept), 'content-length': body.length });
  response.end(body);
}
