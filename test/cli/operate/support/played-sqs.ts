import { createHash } from 'node:crypto';
import type { Player } from './front';

/** A queue of SQS by the JSON protocol: received messages are hidden for good, as in one run of a command. */
export class PlayedQueue {
  readonly #messages = new Map<string, string>();
  readonly #hidden = new Set<string>();
  #sent = 0;

  constructor(readonly url: string) {}

  send(body: unknown): void {
    this.#messages.set(`m-${++this.#sent}`, typeof body === 'string' ? body : JSON.stringify(body));
  }

  /** What is in the queue, hidden or not. */
  get bodies(): string[] {
    return [...this.#messages.values()];
  }

  /** All messages can be received again. */
  show(): void {
    this.#hidden.clear();
  }

  readonly play: Player = (target, body) => {
    const input = (target?.startsWith('AmazonSQS.') === true ? JSON.parse(body) : {}) as Record<
      string,
      string
    >;
    switch (target) {
      case 'AmazonSQS.ListQueues': {
        const fits =
          this.url
            .split('/')
            .at(-1)
            ?.startsWith(input['QueueNamePrefix'] ?? '') === true;
        return { body: JSON.stringify(fits ? { QueueUrls: [this.url] } : {}) };
      }
      case 'AmazonSQS.ReceiveMessage':
        return { body: JSON.stringify({ Messages: this.#receive() }) };
      case 'AmazonSQS.DeleteMessage':
        this.#messages.delete(input['ReceiptHandle'] ?? '');
        return { body: '{}' };
      default:
        return undefined;
    }
  };

  #receive(): object[] {
    const visible = [...this.#messages].filter(([id]) => !this.#hidden.has(id)).slice(0, 10);
    return visible.map(([id, Body]) => {
      this.#hidden.add(id);
      return {
        MessageId: id,
        ReceiptHandle: id,
        Body,
        MD5OfBody: createHash('md5').update(Body).digest('hex'),
      };
    });
  }
}
