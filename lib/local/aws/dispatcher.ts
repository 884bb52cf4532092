import type { Faults } from './faults';
import type { Identifiers } from './identifiers';
import { Disconnect, ServiceError } from './service-error';
import type { Throttle } from './throttle';
import type { Operation, ServiceName, WireProtocol, WireReply, WireRequest } from './wire';

/** One call as it was received. */
export interface Call {
  readonly service: ServiceName;
  readonly action: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** By the injected clock, in milliseconds since the epoch. */
  readonly at: number;
  /** Whether it asked for a change: not a read, not a dry run. It counts even when it was refused. */
  readonly changing: boolean;
  /** `ok`, or the code of the error that was answered. */
  readonly outcome: string;
}

/** What the dispatcher needs beside the protocols. */
export interface DispatcherParts {
  readonly identifiers: Identifiers;
  readonly throttle: Throttle;
  readonly faults: Faults;
  readonly record: (call: Omit<Call, 'at'>) => void;
}

/** Carries out one request: throttle, then injected faults, then the service, as AWS checks rates first. */
export class Dispatcher {
  constructor(
    private readonly ec2: WireProtocol,
    private readonly wafv2: WireProtocol,
    private readonly parts: DispatcherParts,
  ) {}

  /** The protocol a request speaks: JSON 1.1 always names a target. */
  protocolOf(target: string | undefined): WireProtocol {
    return target === undefined ? this.ec2 : this.wafv2;
  }

  /** Answers a request; throws `Disconnect` when the connection is to be dropped. */
  handle(request: WireRequest): WireReply {
    const protocol = this.protocolOf(request.target);
    const requestId = this.parts.identifiers.uuid();
    try {
      const operation = protocol.parse(request);
      const body = this.#recorded(protocol, operation, requestId);
      return { status: 200, contentType: protocol.contentType, body, requestId };
    } catch (error) {
      return this.refuse(protocol, error, requestId);
    }
  }

  /** An error in the protocol's own shape; what is not a `ServiceError` is a defect of ours, answered as 500. */
  refuse(protocol: WireProtocol, cause: unknown, requestId = this.parts.identifiers.uuid()): WireReply {
    if (cause instanceof Disconnect) throw cause;
    const error = cause instanceof ServiceError ? cause : protocol.errors.internal(String(cause));
    const body = protocol.errorBody(error, requestId);
    return { status: error.status, contentType: protocol.contentType, body, requestId };
  }

  #recorded(protocol: WireProtocol, operation: Operation, requestId: string): string {
    const { action, params, changing } = operation;
    const record = (outcome: string): void =>
      this.parts.record({ service: protocol.service, action, params, changing, outcome });
    try {
      const body = this.#carryOut(protocol, operation, requestId);
      record('ok');
      return body;
    } catch (error) {
      record(
        error instanceof ServiceError ? error.code : error instanceof Disconnect ? 'disconnect' : 'internal',
      );
      throw error;
    }
  }

  #carryOut(protocol: WireProtocol, operation: Operation, requestId: string): string {
    if (!this.parts.throttle.admits(operation.action, operation.changing)) throw protocol.errors.throttled();
    const fault = this.parts.faults.meet(operation.action);
    if (fault?.afterApply === false) throw fault.error;
    const body = operation.run(requestId);
    if (fault !== undefined) throw fault.error;
    return body;
  }
}
