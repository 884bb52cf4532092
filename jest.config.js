/** Published as ES modules only. */
const ESM_PACKAGES = 'hyparquet';

/** ts-jest transpiles file by file; `npm run typecheck` is where types are checked. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Suites of their own, with configurations of their own: npm run test:emulator, test:browser, test:package.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(?:emulator|browser|package)/'],
  moduleNameMapper: { '/scanner\\.wasm$': '<rootDir>/lambda/flow-log/assembly/scanner.ts' },
  transform: {
    '/flow-log/assembly/.+\\.ts$': '<rootDir>/test/support/scanner-transform.js',
    '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json', diagnostics: false }],
    [`/node_modules/(?:${ESM_PACKAGES})/.+\\.js$`]: '<rootDir>/test/support/esm-transform.js',
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${ESM_PACKAGES})/)`],
  testTimeout: 30_000,
};
