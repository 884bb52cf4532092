export * from './cidr';
export * from './cidr-set';
export * from './ip-address';
export * from './printable';
export * from './stable-hash';
export * from './special-ranges';
export * from './ipv4-texts';
