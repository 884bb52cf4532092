import * as fc from 'fast-check';
import { ApiBuckets, StoppedError, TransientError } from '../../lambda/enforcement';
import { DEADLINE_MARGIN_MS } from '../../lambda/enforcement/change-guard';
import { CALL_BACKOFF, PacedCalls } from '../../lambda/enforcement/paced-calls';
import { AWS_DEFAULT_LIMITS, Throttle } from '../../lib/local/aws/throttle';

/** Calls at a clock that only waiting moves. */
function paced(deadlineMs = 1e9, random = 0.5) {
  const time = { now: 0 };
  const waits: number[] = [];
  const sleep = async (ms: number): Promise<void> => {
    waits.push(ms);
    time.now += ms;
  };
  const calls = new PacedCalls({ clock: () => time.now, deadlineMs, sleep, random: () => random });
  return { calls, waits, time };
}

const transient = () => new TransientError('acl-1', 'throttled');

/** Fails so often before it succeeds. */
function failing(times: number, error: () => Error = transient) {
  let left = times;
  const call = jest.fn(async () => {
    if (left-- > 0) throw error();
    return 'done';
  });
  return call;
}

describe('a call that fails for a moment', () => {
  it('is made again after waits with full jitter, doubling up to the cap', async () => {
    const { calls, waits } = paced();
    await expect(calls.make('CreateNetworkAclEntry', failing(5))).resolves.toBe('done');
    expect(waits).toEqual([100, 200, 400, 800, 1600]);
  });

  it('is given up after so many tries, with what the last one said', async () => {
    const { calls } = paced();
    const call = failing(99);
    await expect(calls.make('CreateNetworkAclEntry', call)).rejects.toThrow(TransientError);
    expect(call).toHaveBeenCalledTimes(CALL_BACKOFF.attempts);
  });

  it('is not made again after a refusal', async () => {
    const { calls, waits } = paced();
    const call = failing(1, () => new Error('no'));
    await expect(calls.make('CreateNetworkAclEntry', call)).rejects.toThrow('no');
    expect(call).toHaveBeenCalledTimes(1);
    expect(waits).toEqual([]);
  });

  it('is not waited for beyond the deadline: the run ends cleanly instead', async () => {
    const { calls, time } = paced(DEADLINE_MARGIN_MS + 150);
    const call = failing(99);
    await expect(calls.make('CreateNetworkAclEntry', call)).rejects.toThrow(StoppedError);
    expect(call).toHaveBeenCalledTimes(2);
    expect(time.now).toBe(100);
  });
});

describe('the pace', () => {
  it('is the full bucket at once and the refill after that', async () => {
    const { calls, waits } = paced();
    for (let i = 0; i < 35; i++) await calls.make('CreateNetworkAclEntry', async () => undefined);
    expect(waits).toEqual(Array.from({ length: 10 }, () => 200));
  });

  it('is one update of IP sets a second', async () => {
    const { calls, time } = paced();
    for (let i = 0; i < 4; i++) await calls.make('UpdateIPSet', async () => undefined);
    expect(time.now).toBe(3000);
  });

  it('carries over to the next run of the same caller', () => {
    const buckets = new ApiBuckets();
    expect(buckets.take('UpdateIPSet', 0)).toBe(0);
    expect(buckets.take('UpdateIPSet', 250)).toBe(750);
    expect(buckets.take('UpdateIPSet', 10_000)).toBe(0);
  });

  it('never meets the throttle that AWS has by default, however calls come', async () => {
    const action = fc.constantFrom(
      'CreateNetworkAclEntry' as const,
      'DeleteNetworkAclEntry' as const,
      'DescribeNetworkAcls' as const,
      'UpdateIPSet' as const,
    );
    const steps = fc.array(fc.record({ action, pause: fc.nat(900) }), { maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { calls, time } = paced();
        const throttle = new Throttle(AWS_DEFAULT_LIMITS, () => time.now);
        for (const step of all) {
          time.now += step.pause;
          const admitted = await calls.make(step.action, async () =>
            throttle.admits(step.action, step.action !== 'DescribeNetworkAcls'),
          );
          expect(admitted).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
