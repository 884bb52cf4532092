import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3FlowLogObjects } from '../../../lambda/flow-log/s3-flow-log-objects';
import { s3Client } from '../../../lambda/handlers/aws-clients';

export const BUCKET = 'prod-automation-flowlogfiles6cd1f753-a1b2c3';

/** What a bucket is to the detect function: objects by key, over the wire, with S3's errors. */
export class ObjectStore {
  readonly #objects = new Map<string, Buffer>();
  readonly #server: Server;
  /** Keys that may not be read. */
  readonly forbidden = new Set<string>();
  /** Keys whose answer breaks off in the middle. */
  readonly broken = new Set<string>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', ({ url = '', headers }, response) => {
      const { pathname, searchParams } = new URL(url, 'http://localhost');
      if (searchParams.get('list-type') === '2') this.#list(searchParams.get('prefix') ?? '', response);
      else this.#answer(decodeURIComponent(pathname), headers.range, response);
    });
  }

  static async start(): Promise<ObjectStore> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new ObjectStore(server);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** Stores an object. @returns the message that is in the queue for it */
  put(key: string, content: Buffer | string): string {
    this.#objects.set(`/${BUCKET}/${key}`, Buffer.from(content));
    return stored(key);
  }

  objects(): S3FlowLogObjects {
    return new S3FlowLogObjects(s3Client(this.settings));
  }

  get settings() {
    const { port } = this.#server.address() as AddressInfo;
    return {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'ap-southeast-2',
      credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    };
  }

  #list(prefix: string, response: ServerResponse): void {
    const contents = Array.from(this.#objects, ([path, content]) => {
      const key = path.replace(`/${BUCKET}/`, '');
      if (!key.startsWith(prefix)) return '';
      return `<Contents><Key>${key}</Key><Size>${content.length}</Size></Contents>`;
    });
    response.writeHead(200, { 'Content-Type': 'application/xml' });
    response.end(
      `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
    );
  }

  #answer(path: string, range: string | undefined, response: ServerResponse): void {
    const whole = this.#objects.get(path);
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    const content = from === undefined ? whole : whole?.subarray(Number(from), Number(to) + 1);
    const key = path.replace(`/${BUCKET}/`, '');
    if (this.forbidden.has(key)) {
      refuse(response, 403, 'AccessDenied');
      return;
    }
    if (content === undefined) {
      refuse(response, 404, 'NoSuchKey');
      return;
    }
    const etag = `"${createHash('md5').update(content).digest('hex')}"`;
    response.writeHead(range === undefined ? 200 : 206, { ETag: etag, 'Content-Length': content.length });
    if (!this.broken.has(key)) return void response.end(content);
    response.write(content.subarray(0, content.length / 2), () => response.destroy());
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'Content-Type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}

/** What EventBridge puts into the queue for an object (S3 user guide, *EventBridge event message structure*). */
export function stored(key: string): string {
  return JSON.stringify({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: BUCKET }, object: { key } },
  });
}

/** The event that Lambda gets for messages of a queue, `m0`, `m1`, … (Lambda developer guide, *Using Lambda with SQS*). */
export function queueEvent(...bodies: readonly string[]) {
  return {
    Records: bodies.map((body, i) => ({
      messageId: `m${i}`,
      receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
      body,
      attributes: { ApproximateReceiveCount: '1' },
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:ap-southeast-2:111111111111:flow-log-objects',
      awsRegion: 'ap-southeast-2',
    })),
  };
}
