/** Published as ES modules only. */
const ESM_PACKAGES = 'hyparquet';

/** ts-jest transpiles file by file; `npm run typecheck` is where types are checked. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json', diagnostics: false }],
    [`/node_modules/(?:${ESM_PACKAGES})/.+\\.js$`]: '<rootDir>/test/support/esm-transform.js',
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${ESM_PACKAGES})/)`],
  testTimeout: 30_000,
};
