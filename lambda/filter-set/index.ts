export * from './assign-slots';
export * from './choose';
export * from './filter-set';
export * from './policy';
export { FilterSetError, MAX_SLOTS } from './validate';
export type * from './slot';
