import { breakerTrips } from '../../lib/cli/replay/breaker-trips';
import { ban } from '../enforcement/support/bans';

const MINUTE = 60;
const END = 600 * MINUTE;

/** Trips for bans made at the given minutes, and a log that ends after 10 h; times in minutes again. */
const trips = (minutes: readonly number[], bound: number, end = END) =>
  breakerTrips(
    minutes.map((minute) => ban('198.51.100.7', { bannedAt: minute * MINUTE })),
    bound,
    end,
  ).map(({ at, until, held }) => ({ at: at / MINUTE, until: until / MINUTE, held }));

describe('the breaker, as a replay tells of it', () => {
  it.each([
    ['never trips without bans', [], 1, []],
    ['lets through as many as the bound', [0, 10, 20], 3, []],
    ['counts an hour, its end not included', [0, 60, 120], 1, []],
    [
      'trips with the ban too many, until the hour holds fewer than the bound',
      [0, 10, 20],
      2,
      [{ at: 20, until: 70, held: 1 }],
    ],
    ['holds all that follow while it is open', [0, 10, 20, 30, 65], 2, [{ at: 20, until: 90, held: 3 }]],
    [
      'trips again after it was reset',
      [0, 1, 2, 200, 201, 202],
      2,
      [
        { at: 2, until: 61, held: 1 },
        { at: 202, until: 261, held: 1 },
      ],
    ],
    ['holds everything where nothing is let through', [0, 30], 0, [{ at: 0, until: Infinity, held: 2 }]],
  ])('%s', (_what, minutes, bound, expected) => {
    expect(trips(minutes, bound)).toEqual(expected);
  });

  it('is open at the end only where the log ends before it is reset', () => {
    expect(trips([0, 10, 20], 2, 69 * MINUTE)).toEqual([{ at: 20, until: Infinity, held: 1 }]);
    expect(trips([0, 10, 20], 2, 70 * MINUTE)).toEqual([{ at: 20, until: 70, held: 1 }]);
  });
});
