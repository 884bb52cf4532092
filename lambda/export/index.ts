export * from './export-list';
export * from './formats';
