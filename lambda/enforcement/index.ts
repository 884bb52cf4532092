export * from './breaker';
export * from './deployment';
export * from './enforcement-error';
export type { EnforcementOptions, Log } from './enforcement-run';
export type * from './ip-set-gateway';
export type * from './network-acl-gateway';
export * from './network-acl-plan';
export { reconcile } from './reconcile';
export type * from './reconcile-report';
