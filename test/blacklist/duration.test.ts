import fc from 'fast-check';
import { DurationError, formatDuration, parseDuration } from '../../lambda/blacklist/duration';

describe('parseDuration', () => {
  test.each([
    ['45s', 45],
    ['15m', 900],
    ['1h', 3600],
    ['30d', 2_592_000],
    ['2w', 1_209_600],
  ])('reads %s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    '',
    '1',
    'h',
    '0h',
    '01h',
    '1.5h',
    '-1h',
    '+1h',
    ' 1h',
    '1 h',
    '1h ',
    '1H',
    '1h30m',
    '1y',
    '9999999s',
    '1e3s',
    '1h\n',
  ])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(DurationError);
  });

  test('names the value, the form and the remedy', () => {
    expect(() => parseDuration('1 hour')).toThrow(
      '"1 hour" is not a duration: write a whole number from 1 to 999999 and one unit without a space, ' +
        's (seconds), m (minutes), h (hours), d (days) or w (weeks), for example 15m, 1h or 30d',
    );
  });
});

test('what is formatted is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999 }), fc.constantFrom('s', 'm', 'h', 'd', 'w'), (n, unit) => {
      const seconds = parseDuration(`${n}${unit}`);
      const written = formatDuration(seconds);
      // Weeks are written in days, which can take a seventh digit.
      fc.pre(written.length <= 7);
      expect(parseDuration(written)).toBe(seconds);
    }),
  );
});
