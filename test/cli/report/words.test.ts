import { counted, durationText, median, percent, spanText, weightText } from '../../../lib/cli/report/words';

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 min'],
  [200, '3 min 20 s'],
  [3600, '1 h'],
  [18_720, '5 h 12 min'],
  [86_400 + 3599, '1 d'],
  [3 * 86_400 + 4 * 3600, '3 d 4 h'],
])('%d seconds are %s', (seconds, text) => expect(spanText(seconds)).toBe(text));

test.each([
  [3600, '1h'],
  [16 * 3600, '16h'],
  [30 * 86_400, '30d'],
  [5000, '1 h 23 min'],
  [0, '0s'],
])('a ban of %d seconds lasts %s', (seconds, text) => expect(durationText(seconds)).toBe(text));

test.each([
  [0, '0 %'],
  [0.0004, '< 0.1 %'],
  [0.973, '97.3 %'],
  [0.9999, '99.9 %'],
  [1 - 1e-12, '100 %'],
  [1, '100 %'],
])('a share of %d is %s: never rounded up to all or down to nothing', (share, text) =>
  expect(percent(share)).toBe(text),
);

test('counts, weights and medians', () => {
  expect([counted(1, 'ban'), counted(14_550, 'record')]).toEqual(['1 ban', '14,550 records']);
  expect([weightText(3.456), weightText(15_110.7)]).toEqual(['3.5', '15,111']);
  expect([median([]), median([9, 1, 5]), median([1, 2, 3, 4])]).toEqual([undefined, 5, 2]);
});
