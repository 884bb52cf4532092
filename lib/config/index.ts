export * from './cdk-json';
export * from './environment';
export { formatRange, rangeContains, rangesOverlap, type NumberRange } from './fields';
export * from './problem';
export * from './sip-ports';
