import { gapsBetween } from '../../lib/cli/replay/gaps';

const MINUTE = 60;
const minutes = (...at: readonly number[]) => at.map((minute) => minute * MINUTE);
const gaps = (windows: readonly number[], to: number) =>
  gapsBetween(minutes(...windows), MINUTE, { from: 0, to: to * MINUTE }).map(({ from, to: end }) => [
    from / MINUTE,
    end / MINUTE,
  ]);

test('a log with a record every few minutes has no gap', () => {
  expect(gaps([0, 5, 9, 18, 20], 21)).toEqual([]);
});

test('ten minutes without a record are one, from the end of a window to the start of the next', () => {
  expect(gaps([0, 11, 20], 21)).toEqual([[1, 11]]);
  expect(gaps([0, 10, 20], 21)).toEqual([]);
});

test('silence at the start and at the end counts too', () => {
  expect(gaps([30, 31], 60)).toEqual([
    [0, 30],
    [32, 60],
  ]);
});

test('an empty log has no gap: there is nothing it could be a part of', () => {
  expect(gapsBetween([], MINUTE, { from: Infinity, to: -Infinity })).toEqual([]);
});
