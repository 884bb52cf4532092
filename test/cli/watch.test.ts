import { Readable } from 'node:stream';
import type { CliIo } from '../../lib/cli/support/cli-io';
import { watch, watchSeconds } from '../../lib/cli/operate/watch';

class Enough extends Error {}

/** A terminal, or none, at which somebody watches for so many looks. */
function watched(looks: number, isTTY: boolean): { io: CliIo; written: string[]; waits: number[] } {
  const written: string[] = [];
  const waits: number[] = [];
  const io: CliIo = {
    stdin: Readable.from([]),
    stdout: { write: (text) => written.push(text), isTTY, columns: 80 },
    stderr: { write: () => true },
    env: {},
    elapsedMs: () => 0,
    now: () => Date.UTC(2026, 10, 23),
    sleep: (ms) => {
      waits.push(ms);
      return waits.length < looks ? Promise.resolve() : Promise.reject(new Enough());
    },
  };
  return { io, written, waits };
}

describe('--watch', () => {
  it('draws in place on a terminal, with the time, and waits as long as it was told', async () => {
    const { io, written, waits } = watched(2, true);
    let look = 0;
    await expect(watch(io, 5, () => Promise.resolve(`look ${++look}\n`))).rejects.toThrow(Enough);
    expect(waits).toEqual([5000, 5000]);
    expect(written[0]).toBe('\u001b[2J');
    expect(written[2]).toBe(
      '\u001b[Hlook 2\u001b[K\n\u001b[K\n2026-11-23T00:00:00Z, every 5 s, Ctrl-C ends\u001b[K\u001b[J',
    );
  });

  it('writes one look after the other into a pipe, without a control character', async () => {
    const { io, written } = watched(2, false);
    await expect(watch(io, 1, () => Promise.resolve('well\n'))).rejects.toThrow(Enough);
    expect(written).toEqual(['well\n\n', 'well\n\n']);
  });

  it('goes on after a look that failed', async () => {
    const { io, written } = watched(2, false);
    let look = 0;
    const failing = () => (++look === 1 ? Promise.reject(new Error('throttled')) : Promise.resolve('well\n'));
    await expect(watch(io, 1, failing)).rejects.toThrow(Enough);
    expect(written).toEqual(['cannot look: throttled\n\n', 'well\n\n']);
  });

  it.each(['0', '-1', '1.5', '99999', 'often'])('every %s seconds is wrong use', (text) => {
    expect(() => watchSeconds(text)).toThrow(`--watch ${text}: write whole seconds from 1 to 3600`);
  });

  it('looks every ten seconds where nothing else is said', () => {
    expect([watchSeconds(true), watchSeconds('1'), watchSeconds('3600')]).toEqual([10, 1, 3600]);
  });
});
