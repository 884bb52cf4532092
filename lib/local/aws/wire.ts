/** What the two wire protocols have in common, as the dispatcher sees them. */
import type { ServiceError } from './service-error';

/** The services that are embedded. */
export type ServiceName = 'ec2' | 'wafv2';

/** What of an HTTP request matters. */
export interface WireRequest {
  /** Header X-Amz-Target: present in JSON 1.1, absent in the query protocol. */
  readonly target?: string | undefined;
  /** Header Authorization; its credential scope names the Region. Signatures are not checked. */
  readonly authorization?: string | undefined;
  readonly body: string;
}

/** An HTTP answer. */
export interface WireReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly requestId: string;
}

/** A decoded request that can be carried out. */
export interface Operation {
  readonly action: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Whether it would change something: not for reads, and not with DryRun. */
  readonly changing: boolean;
  /** Carries it out and returns the answer's body; throws `ServiceError`. */
  readonly run: (requestId: string) => string;
}

/** One service behind one wire protocol. */
export interface WireProtocol {
  readonly service: ServiceName;
  readonly contentType: string;
  /** Decodes a request; throws `ServiceError` when it is malformed or the action is unknown. */
  readonly parse: (request: WireRequest) => Operation;
  /** An error in the service's own shape. */
  readonly errorBody: (error: ServiceError, requestId: string) => string;
  /** Errors that are not the action's, under the names the service gives them. */
  readonly errors: {
    readonly throttled: () => ServiceError;
    readonly tooLarge: () => ServiceError;
    readonly internal: (message: string) => ServiceError;
  };
}
