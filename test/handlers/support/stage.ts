import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

/** Who asks, as API Gateway would have seen it: the loopback address says nothing. */
export interface Asking {
  readonly source?: string;
  readonly method?: string;
  readonly user?: string;
  readonly password?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A function behind a proxy integration, over HTTP on this machine. */
export class ServedFunction {
  /** Where the next requests come from. */
  #source = '';

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  static async start(
    serve: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>,
  ): Promise<ServedFunction> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const served = new ServedFunction(server, (server.address() as AddressInfo).port);
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', 'http://stage');
      const event = {
        httpMethod: request.method ?? '',
        // As behind a domain of one's own that maps /voice to the stage.
        path: `/voice${decodeURIComponent(url.pathname)}`,
        pathParameters: { file: decodeURIComponent(url.pathname.slice(1)) },
        headers: { ...request.headers } as Record<string, string>,
        queryStringParameters: url.search === '' ? null : Object.fromEntries(url.searchParams),
        requestContext: { identity: { sourceIp: served.#source } },
      } as unknown as APIGatewayProxyEvent;
      void serve(event).then(({ statusCode, headers, body }) => {
        response.writeHead(statusCode, headers as Record<string, string>).end(body);
      });
    });
    return served;
  }

  /** Asks for a path. */
  async get(
    path: string,
    { source = '192.0.2.50', method = 'GET', user, password = '', headers = {} }: Asking = {},
  ) {
    this.#source = source;
    const basic = Buffer.from(`${user ?? ''}:${password}`).toString('base64');
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: { ...headers, ...(user !== undefined && { authorization: `Basic ${basic}` }) },
      redirect: 'manual',
    });
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  async close(): Promise<void> {
    await new Promise((done) => this.server.close(done));
  }
}
