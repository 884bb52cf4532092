import * as fc from 'fast-check';
import type { SourceState } from '../../lambda/detection';
import { mergeStates } from '../../lambda/detection/merge-states';
import { DAY, evidence, HOUR, sourceState, T0 } from '../blacklist/values';

const yesterday = sourceState({
  foldedThrough: T0 - 24 * HOUR,
  firstSeen: T0 - 30 * HOUR,
  lastSeen: T0 - 24 * HOUR,
  mediaAt: T0 - 25 * HOUR,
  conversed: { first: T0 - 29 * HOUR, last: T0 - 24 * HOUR },
  history: { buckets: 40, lastBucket: T0 - 24 * HOUR },
  evidence: [evidence({ detail: 'of yesterday' })],
  weight: 160,
});
const today = sourceState({ touches: [], ports: [], evidence: [], weight: 1 });

describe('two views of a source', () => {
  it('keep what speaks for it from both, and what accuses it from the later one', () => {
    expect(mergeStates(today, yesterday)).toEqual({
      ...today,
      firstSeen: T0 - 30 * HOUR,
      mediaAt: T0 - 25 * HOUR,
      conversed: { first: T0 - 29 * HOUR, last: T0 - 24 * HOUR },
      history: { buckets: 40, lastBucket: T0 - 24 * HOUR },
      // A day and a minute, four half-lives: a sixteenth.
      weight: expect.closeTo(10, 0) as unknown,
    });
  });

  const state = fc
    .record({
      foldedThrough: fc.integer({ min: 0, max: 1000 }).map((n) => T0 + 60 * n),
      firstSeen: fc.integer({ min: 0, max: 1000 }).map((n) => T0 + n),
      lastSeen: fc.integer({ min: 0, max: 1000 }).map((n) => T0 + 60 * n),
      mediaAt: fc.integer({ min: 0, max: T0 }),
      conversed: fc.oneof(
        fc.constant({ first: 0, last: 0 }),
        fc
          .tuple(fc.integer({ min: 1, max: T0 }), fc.nat(DAY))
          .map(([first, length]) => ({ first, last: first + length })),
      ),
      history: fc.record({ buckets: fc.nat(50), lastBucket: fc.nat(T0) }),
      weight: fc.double({ min: 0, max: 1e6, noNaN: true }),
    })
    .map((over): SourceState => sourceState(over));

  it('merged again change nothing more', () => {
    fc.assert(
      fc.property(state, state, (live, earlier) => {
        const once = mergeStates(live, earlier);
        expect(mergeStates(once, earlier)).toEqual(once);
        expect(mergeStates(once, once)).toEqual(once);
      }),
    );
  });

  it('never make a source less trusted than either did', () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        const merged = mergeStates(a, b);
        expect(merged.mediaAt).toBe(Math.max(a.mediaAt, b.mediaAt));
        expect(merged.history.buckets).toBe(Math.max(a.history.buckets, b.history.buckets));
        expect(merged.foldedThrough).toBe(Math.max(a.foldedThrough, b.foldedThrough));
      }),
    );
  });
});
