export * from './cloudwatch-payload';
export * from './format';
export * from './record';
export * from './record-parser';
export * from './text-object';
