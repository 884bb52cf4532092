/** Deployments to an emulator: slower than the other suites, and only where `moto_server` is installed. */
const base = require('../../jest.config.js');

module.exports = {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/emulator'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
};
