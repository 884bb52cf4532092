export * from './access';
export * from './blacklist-reader';
export * from './http';
export * from './phone-file';
export * from './provisioner';
