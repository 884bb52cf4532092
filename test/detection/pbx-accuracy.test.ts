import { actors } from '../../bench/pbx/actors';
import { measure } from '../../bench/pbx/measure';
import { randomOf } from '../support/detection-delivery';

/** One of each actor of `npm run accuracy:pbx`; svcrack at full speed is left to flow records, and to that. */
const everybody = actors(1, randomOf(9)).filter(({ name }) => name !== 'svcrack, 176 a second');

/** What no log can tell from a phone; a scanner whose only trait Asterisk does not log. */
const TOO_SLOW = [
  'svcrack, 4 a minute',
  'svcrack, 1 a minute',
  'guesser that asks anew, 10 a minute',
  'svmap, one request',
];

describe('logs of guessers, and of phones with wrong passwords', () => {
  test.each([
    ['asterisk', TOO_SLOW],
    [
      'freeswitch',
      ['svcrack, 15 a minute', 'svcrack, 8 a minute', ...TOO_SLOW, 'ghost calls to 100, 1000, 900…'],
    ],
  ] as const)('%s: guessers are banned, phones never', async (dialect, missed) => {
    const rows = await measure(everybody, dialect);
    const names = (some: typeof rows) => some.map(({ name }) => name);
    expect(names(rows.filter(({ isAttack, banned }) => !isAttack && banned > 0))).toEqual([]);
    expect(names(rows.filter(({ isAttack, banned }) => isAttack && banned === 0))).toEqual(missed);
    expect(rows.length).toBeGreaterThan(30);
  });
});
