import type { EC2Client } from '@aws-sdk/client-ec2';
import type { WAFV2Client } from '@aws-sdk/client-wafv2';

/** How many calls were made, and how many of them change something. */
export interface Calls {
  readonly all: number;
  readonly changing: number;
}

/** Counts what clients send: each is one call, since these clients never try again by themselves. */
export class CallCount {
  #all = 0;
  #changing = 0;

  /** @returns the client, counted from now on */
  of<T extends EC2Client | WAFV2Client>(client: T): T {
    (client as EC2Client).middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          this.#all += 1;
          // EC2's and WAFv2's own words for what only reads.
          if (!/^(Describe|Get|List)/.test(String(commandName))) this.#changing += 1;
          return next(args);
        },
      { step: 'initialize', name: 'ringfenceCallCount' },
    );
    return client;
  }

  get calls(): Calls {
    return { all: this.#all, changing: this.#changing };
  }
}
