export * from './envelope';
export * from './event';
export * from './reader';
export * from './scanner-agents';
export * from './time';
