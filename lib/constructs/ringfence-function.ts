import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge, silenceTemplateLint } from './acknowledge';
import { retentionOf } from './retention';

/** Properties of {@link RingfenceFunction}. */
export interface RingfenceFunctionProps {
  readonly code: Code;
  /** What the function does, for the console. */
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Memory in MiB. */
  readonly memoryMiB: number;
  /** Longest run in seconds. */
  readonly timeoutSeconds: number;
  /** Executions set aside, which also bounds them; `unreserved` for none. */
  readonly reservedConcurrency: number | 'unreserved';
  /** Days that the function's own log is kept. */
  readonly logRetentionDays: number;
  /** How often Lambda tries an asynchronous event again that failed. */
  readonly retryAttempts: 0 | 1 | 2;
  /** How long events that failed for good are kept. */
  readonly failuresKept: Duration;
  /** How long Lambda keeps an asynchronous event, in seconds. */
  readonly maxEventAgeSeconds: number;
}

const FAILURES_ACKNOWLEDGED = {
  'AwsSolutions-SQS3':
    'It is where failed events end up; an alarm watches it, and a further queue would hide them.',
  'Serverless-SQSRedrivePolicy':
    'Nothing consumes it: it is where failed events end up, and an alarm watches it.',
};

const FUNCTION_ACKNOWLEDGED = {
  'Serverless-LambdaDLQ':
    'It has an on-failure destination instead, which keeps the error beside the event; a dead-letter queue keeps the event alone.',
  'Serverless-LambdaTracing':
    'Off on purpose: a run is one batch or one tick, its log has what it did, and tracing may write to any resource.',
};

/** AWS: name and value of all variables together (*Lambda quotas*). */
const ENVIRONMENT_BYTES = 4096;

/** The environment variables of a function do not fit. */
export class EnvironmentSizeError extends Error {
  override readonly name = 'EnvironmentSizeError';
}

/**
 * A function with what each of ours has: arm64, a log of its own with retention, and a queue for events that failed for
 * good. No tracing: a run is one batch or one tick, and its log line has the times of its few calls already.
 */
export class RingfenceFunction extends Construct implements IGrantable {
  readonly function: LambdaFunction;
  /** Events that failed for good. Somebody has to look: an alarm watches it. */
  readonly failures: Queue;
  readonly grantPrincipal: IPrincipal;

  constructor(scope: Construct, id: string, props: RingfenceFunctionProps) {
    super(scope, id);
    requireFit(id, props.environment);
    this.failures = new Queue(this, 'Failures', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: props.failuresKept,
    });
    const log = new LogGroup(this, 'Log', {
      retention: retentionOf(props.logRetentionDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of our own: AWS's managed one may write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    log.grantWrite(role);
    this.function = new LambdaFunction(this, 'Function', {
      code: props.code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      description: props.description,
      environment: { ...props.environment },
      memorySize: props.memoryMiB,
      timeout: Duration.seconds(props.timeoutSeconds),
      reservedConcurrentExecutions:
        props.reservedConcurrency === 'unreserved' ? undefined : props.reservedConcurrency,
      role,
      logGroup: log,
      tracing: Tracing.DISABLED,
      retryAttempts: props.retryAttempts,
      maxEventAge: Duration.seconds(props.maxEventAgeSeconds),
      onFailure: new SqsDestination(this.failures),
    });
    // CDK names the role as a dependency beside the reference to it; harmless, and not ours to change.
    silenceTemplateLint(this.function, 'W3005');
    this.grantPrincipal = role;
    acknowledge(this.failures, FAILURES_ACKNOWLEDGED);
    acknowledge(this.function, FUNCTION_ACKNOWLEDGED);
  }
}

function requireFit(name: string, environment: Readonly<Record<string, string>>): void {
  const bytes = Object.entries(environment).reduce((sum, pair) => sum + estimatedBytes(pair.join('')), 0);
  if (bytes <= ENVIRONMENT_BYTES) return;
  throw new EnvironmentSizeError(
    `The environment variables of ${name} take ${bytes} bytes and Lambda allows ${ENVIRONMENT_BYTES}: shorten allowlist and voiceProxyRanges by joining adjacent ranges.`,
  );
}

/** Room for a value that is known at deployment only: a generated name or identifier is not longer. */
const TOKEN_BYTES = 64;

/** UTF-8 bytes of a text whose tokens are not known yet. */
export function estimatedBytes(text: string): number {
  return Buffer.byteLength(text.replace(/\$\{Token\[[^\]]*\]\}/g, 'x'.repeat(TOKEN_BYTES)));
}
