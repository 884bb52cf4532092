/**
 * Sources as `plan` reads them, on standard output: node bench/run.mjs filter-set/plan-lines 100000 | ringfence plan …
 */
import { numberToIpv4 } from '../../lambda/address';
import { population } from './population';

const lines = population(Number(process.argv[2] ?? 100_000), 1, ({ address, rate }) =>
  JSON.stringify({ source: numberToIpv4(address), weight: Math.round(rate * 1000) / 1000 + 0.001 }),
);
process.stdout.write(`${lines.join('\n')}\n`);
