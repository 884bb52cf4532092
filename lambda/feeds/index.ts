export * from './definition';
export * from './feed-error';
export * from './feed-text';
export * from './fetch-feed';
export * from './guards';
export * from './import-feed';
