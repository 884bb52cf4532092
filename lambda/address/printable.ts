const MOST_CHARACTERS = 80;
/** Control, format, private, unassigned and lone surrogate characters, and the two Unicode line ends. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * What a terminal or a log may show of text from outside: at most 80 characters, quotes and everything that moves the
 * cursor, changes colours or turns the reading direction (C0 and C1 controls, bidirectional marks) escaped.
 */
export function printable(text: string): string {
  let shown = '';
  for (const character of text.slice(0, MOST_CHARACTERS + 1)) {
    const piece = escaped(character);
    if (shown.length + piece.length > MOST_CHARACTERS) return `${shown}…`;
    shown += piece;
  }
  return shown;
}

function escaped(character: string): string {
  const json = JSON.stringify(character).slice(1, -1);
  if (json !== character || !UNSAFE.test(character)) return json;
  return `\\u{${Number(character.codePointAt(0)).toString(16)}}`;
}
