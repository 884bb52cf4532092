import { join } from 'node:path';
import { readCorpus } from './corpus';
import { fuzz } from './fuzzer';
import { SEEDS } from './seeds';
import { TARGETS } from './targets';

const ROOT = join(__dirname, '..', '..');

describe.each(Object.keys(TARGETS))('%s', (name) => {
  const target = TARGETS[name];
  const kept = readCorpus(ROOT, name);

  it('does what it must with every input that was found or kept', () => {
    for (const [file, input] of [...(SEEDS[name] ?? []).entries(), ...kept]) {
      expect(() => target?.(input)).not.toThrow();
      expect([file, input.length]).toBeDefined();
    }
  });

  it('does what it must with inputs made from them for a moment', async () => {
    let clock = 0;
    // The clock goes on with each look at it, so that the number of inputs is the same on every machine.
    const settings = { seed: 7, seconds: 4, now: () => (clock += 0.5) };
    const { findings, executions } = await fuzz(
      target ?? (() => undefined),
      [...(SEEDS[name] ?? []), ...kept.values()],
      settings,
    );
    expect(findings.map(({ input, error }) => `${input.toString('base64')}: ${String(error)}`)).toEqual([]);
    expect(executions).toBeGreaterThan(1000);
  });
});
