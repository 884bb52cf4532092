import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';
export const CREDENTIALS = { accessKeyId: 'testing', secretAccessKey: 'testing' };

/** Whether `moto_server` is on the PATH. */
export function hasMoto(): boolean {
  return spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status === 0;
}

/** A moto server of our own, on a free port. */
export class Moto {
  private constructor(
    private readonly process: ChildProcess,
    readonly port: number,
  ) {}

  /** `localhost`, because CDK's CLI makes host names of it that 127.0.0.1 cannot have. */
  get endpoint(): string {
    return `http://localhost:${this.port}`;
  }

  get settings() {
    return { endpoint: this.endpoint, region: REGION, credentials: CREDENTIALS, maxAttempts: 1 };
  }

  /** Where MOTO_LOG names a file, the server's own log goes there: its errors are tracebacks. */
  static async start(): Promise<Moto> {
    const port = await freePort();
    const log = openSync(process.env['MOTO_LOG'] ?? '/dev/null', 'w');
    const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const moto = new Moto(server, port);
    await moto.#ready();
    return moto;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const gone = new Promise((done) => this.process.once('exit', done));
    this.process.kill();
    await gone;
  }

  /**
   * One call by AWS's JSON protocols, for services that the project has no client of. moto looks at the service in the
   * authorization and at no signature.
   */
  async json(service: string, target: string, body: object = {}): Promise<Record<string, unknown>> {
    const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': target };
    return JSON.parse(await this.#fetch(service, '/', headers, JSON.stringify(body))) as Record<
      string,
      unknown
    >;
  }

  /** One call by AWS's REST protocols. */
  async rest(service: string, path: string): Promise<Record<string, unknown>> {
    return JSON.parse(await this.#fetch(service, path)) as Record<string, unknown>;
  }

  /** One call by AWS's query protocol. @returns the XML */
  async query(service: string, action: string): Promise<string> {
    const body = new URLSearchParams({ Action: action, Version: '2010-05-15' }).toString();
    return this.#fetch(service, '/', { 'Content-Type': 'application/x-www-form-urlencoded' }, body);
  }

  async #fetch(
    service: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<string> {
    const scope = `testing/20261101/${REGION}/${service}/aws4_request`;
    const Authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    const response = await fetch(`${this.endpoint}${path}`, {
      headers: { ...headers, Authorization },
      ...(body !== undefined && { method: 'POST', body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${service} ${path}: ${response.status} ${text}`);
    return text;
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      if (this.process.exitCode !== null) throw new Error('moto_server ended at once');
      const isUp = await fetch(`${this.endpoint}/moto-api/data.json`, { method: 'HEAD' }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isUp) return;
      if (Date.now() > deadline) throw new Error('moto_server did not answer within a minute');
      await delay(200);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
