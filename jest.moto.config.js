/** The suite against moto_server: `npm run test:moto`. It needs `dist/`, which `npm ci` makes. */
module.exports = { ...require('./jest.config.js'), testMatch: ['**/*.moto.ts'] };
