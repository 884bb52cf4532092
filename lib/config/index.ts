export * from './cdk-json';
export * from './environment';
export { deliverySecondsOf, isInS3, LEAST_QUEUE_CONCURRENCY } from './flow-log-checks';
export { formatRange, rangeContains, rangesOverlap, type NumberRange } from './fields';
export * from './problem';
export * from './sip-ports';
export type { EnvironmentInput } from './schema';
