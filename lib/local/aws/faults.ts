import { Disconnect, ServiceError } from './service-error';

/** An error to inject: which calls fail, and how. */
export interface Fault {
  /** The action that fails, for example `ReplaceNetworkAclEntry`; `*` for any. */
  readonly action: string;
  /** How many matching calls fail. @default 1 */
  readonly times?: number;
  /** How many matching calls pass first, to fail between any two calls. @default 0 */
  readonly skip?: number;
  /** Whether the change is made before the error is answered. @default false */
  readonly afterApply?: boolean;
  /** AWS's error code; `disconnect` drops the connection without an answer. */
  readonly code: string;
  /** HTTP status. @default 400 */
  readonly status?: number;
  /** @default 'Injected fault.' */
  readonly message?: string;
}

interface Pending {
  readonly fault: Fault;
  skip: number;
  left: number;
}

/** A fault that a call has met. */
export interface MetFault {
  readonly afterApply: boolean;
  readonly error: Error;
}

const errorOf = ({ code, message = 'Injected fault.', status = 400 }: Fault): Error =>
  code === 'disconnect' ? new Disconnect() : new ServiceError(code, message, status);

/** Faults that wait for their calls, oldest first. */
export class Faults {
  #pending: Pending[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  /** The fault this call meets, if any; it is used up by that. */
  meet(action: string): MetFault | undefined {
    const pending = this.#pending.find(({ fault }) => fault.action === '*' || fault.action === action);
    if (pending === undefined) return undefined;
    if (pending.skip > 0) {
      pending.skip -= 1;
      return undefined;
    }
    pending.left -= 1;
    this.#pending = this.#pending.filter(({ left }) => left > 0);
    return { afterApply: pending.fault.afterApply ?? false, error: errorOf(pending.fault) };
  }

  /** Forgets all faults. */
  clear(): void {
    this.#pending = [];
  }
}
