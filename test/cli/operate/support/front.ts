import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer of a service that the front plays itself. */
export interface PlayedAnswer {
  readonly status?: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a request, or leaves it to the next: by the header X-Amz-Target (JSON services) and the body. */
export type Player = (target: string | undefined, body: string) => PlayedAnswer | undefined;

/** Who calls, as the played STS says it. */
export const CALLER = 'arn:aws:sts::111111111111:assumed-role/voice-admin/alice';

/** STS by the query protocol (STS API reference, *GetCallerIdentity*). */
export const playedSts: Player = (_, body) => {
  if (!body.includes('Action=GetCallerIdentity')) return undefined;
  const result = `<Arn>${CALLER}</Arn><UserId>AROA:alice</UserId><Account>111111111111</Account>`;
  return {
    body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
  };
};

/** Parameters of SSM by name. */
export const playedSsm =
  (parameters: ReadonlyMap<string, string>): Player =>
  (target, body) => {
    if (target !== 'AmazonSSM.GetParameter') return undefined;
    const { Name } = JSON.parse(body) as { Name: string };
    const Value = parameters.get(Name);
    return Value === undefined
      ? { status: 400, body: JSON.stringify({ __type: 'ParameterNotFound' }) }
      : { body: JSON.stringify({ Parameter: { Name, Type: 'String', Value } }) };
  };

/** One endpoint for all services, as emulators have: DynamoDB goes to dynalite, EC2 and WAFv2 to the embedded ones. */
export class Front {
  private constructor(
    readonly endpoint: string,
    readonly close: () => Promise<void>,
  ) {}

  static async start(
    upstream: { readonly dynamoDb: string; readonly aws: string },
    players: readonly Player[],
  ): Promise<Front> {
    const server = createServer((incoming, outgoing) => {
      void bodyOf(incoming).then((body) => {
        const target = incoming.headers['x-amz-target']?.toString();
        const played = players.map((play) => play(target, body)).find((one) => one !== undefined);
        if (played !== undefined) outgoing.writeHead(played.status ?? 200, played.headers).end(played.body);
        else
          forward(
            target?.startsWith('DynamoDB_') === true ? upstream.dynamoDb : upstream.aws,
            incoming,
            body,
            outgoing,
          );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const close = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    return new Front(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, close);
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function forward(base: string, incoming: IncomingMessage, body: string, outgoing: ServerResponse): void {
  const { method, headers, url = '/' } = incoming;
  const onward = request(new URL(url, base), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  onward.end(body);
}
