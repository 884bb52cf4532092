import { printable } from '../../lambda/address';

describe('text from outside, shown', () => {
  it.each([
    ['plain text', '198.51.100.7/24', '198.51.100.7/24'],
    ['letters of any script', 'büro 東京', 'büro 東京'],
    ['quotes and backslashes', 'a"b\\c', 'a\\"b\\\\c'],
    ['line ends and tabs', 'a\r\n\tb', 'a\\r\\n\\tb'],
    ['NUL and escape', '\0\u001b[2J', '\\u0000\\u001b[2J'],
    ['delete and C1 controls, which JSON leaves alone', '\u007f\u009b31m', '\\u{7f}\\u{9b}31m'],
    ['marks that turn the reading direction', 'a\u202eb\u2066c', 'a\\u{202e}b\\u{2066}c'],
    ['invisible characters', 'a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
    ['Unicode line ends', 'a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
    ['half of a surrogate pair', 'a\ud83d', 'a\\ud83d'],
    ['characters beyond 16 bits that mark language', '\u{e0041}', '\\u{e0041}'],
  ])('has %s', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('has at most 80 characters', () => {
    expect(printable('a'.repeat(80))).toBe('a'.repeat(80));
    expect(printable('a'.repeat(81))).toBe(`${'a'.repeat(80)}…`);
    expect(printable('a'.repeat(10_000_000))).toBe(`${'a'.repeat(80)}…`);
  });

  it('is never cut within an escape', () => {
    expect(printable(`${'a'.repeat(78)}\u009b`)).toBe(`${'a'.repeat(78)}…`);
  });
});
