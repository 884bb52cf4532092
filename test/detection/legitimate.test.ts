import { CidrSet } from '../../lambda/address';
import { defaultDetectionPolicy as policy, type SourceState } from '../../lambda/detection';
import { newSourceState } from '../../lambda/detection/fold';
import { newlyLegitimate } from '../../lambda/detection/legitimate';
import { DAY, MINUTE, PHONE, T0 } from '../support/detection-records';

const HOUR = 60 * MINUTE;
/** A full hour, so that what is rounded up to one can be told. */
const H = T0 - (T0 % HOUR) + HOUR;
const NOBODY = new Map<string, SourceState>();
const CONTEXT = { policy, allowlist: CidrSet.empty };

const source = (change: Partial<SourceState>): SourceState => ({
  ...newSourceState(PHONE, PHONE, T0),
  ...change,
});
const known = (...states: SourceState[]) => new Map(states.map((state) => [state.key, state]));

describe('a source that becomes trusted', () => {
  test('by media is legitimate for 7 days, to the next full hour', () => {
    const found = newlyLegitimate([source({ mediaAt: H + 1 })], NOBODY, CONTEXT);
    expect(found).toEqual(new Map([[PHONE, H + 7 * DAY + HOUR]]));
  });

  test('by history is legitimate for 7 days after its last ordinary exchange', () => {
    const history = { buckets: policy.established.buckets, lastBucket: H };
    expect(newlyLegitimate([source({ history })], NOBODY, CONTEXT)).toEqual(new Map([[PHONE, H + 7 * DAY]]));
  });

  test('by both is legitimate for the longer of the two', () => {
    const history = { buckets: policy.established.buckets, lastBucket: H + DAY };
    const found = newlyLegitimate([source({ history, mediaAt: H })], NOBODY, CONTEXT);
    expect(found).toEqual(new Map([[PHONE, H + 8 * DAY]]));
  });
});

describe('nothing is written', () => {
  test('for a source without trust', () => {
    const history = { buckets: policy.established.buckets - 1, lastBucket: H };
    expect(newlyLegitimate([source({ history })], NOBODY, CONTEXT).size).toBe(0);
  });

  test('for a call that goes on within the hour; the next hour is news', () => {
    const before = known(source({ mediaAt: H + 60 }));
    expect(newlyLegitimate([source({ mediaAt: H + 120 })], before, CONTEXT).size).toBe(0);
    expect(newlyLegitimate([source({ mediaAt: H + HOUR + 60 })], before, CONTEXT).size).toBe(1);
  });

  test('for what is on the allowlist, which is a harder limit and does not end', () => {
    const context = { policy, allowlist: CidrSet.parse([PHONE]) };
    expect(newlyLegitimate([source({ mediaAt: H })], NOBODY, context).size).toBe(0);
  });
});
