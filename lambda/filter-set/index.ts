export * from './assign-slots';
export * from './choose';
export * from './filter-set';
export * from './policy';
