export * from './cloudwatch-payload';
export * from './format';
export * from './parquet-object';
export * from './read-error';
export * from './record';
export * from './record-parser';
export * from './text-object';
