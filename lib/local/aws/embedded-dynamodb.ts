import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';

/** A running DynamoDB endpoint. */
export interface EmbeddedDynamoDb {
  /** `http://127.0.0.1:PORT`, for the client's `endpoint`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Starts dynalite in this process, in memory and on the loopback interface. Tables are ready at once: its 500 ms of
 * CREATING teach nothing and cost every test. It has no transactions, streams or `UpdateTimeToLive`.
 */
export async function startEmbeddedDynamoDb(): Promise<EmbeddedDynamoDb> {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  const endpoint = await new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
  return {
    endpoint,
    close: () =>
      new Promise((resolve, reject) => {
        // dynalite reports `null` for a clean stop.
        server.close((error?: Error | null) => (error ? reject(error) : resolve()));
        // Clients keep connections alive; without this the stop would wait for them.
        server.closeAllConnections();
      }),
  };
}
