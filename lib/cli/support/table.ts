import Table from 'cli-table3';
import pc from 'picocolors';
import { printable } from '../../../lambda/address/printable';
import { type CliIo, wantsColour } from './cli-io';

/** A table on a terminal, aligned columns in a pipe; cells that come from outside are made safe to print. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  io: Pick<CliIo, 'stdout' | 'env'>,
): string {
  const safe = rows.map((row) => row.map(printableText));
  return io.stdout.isTTY === true ? framed(head, safe, io) : aligned([head, ...safe]);
}

function framed(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  io: Pick<CliIo, 'stdout' | 'env'>,
): string {
  const colours = pc.createColors(wantsColour(io.stdout, io.env));
  const widths = columnWidths([head, ...rows], io.stdout.columns ?? 80);
  const framedTable = new Table({
    head: head.map((title) => colours.bold(title)),
    colWidths: widths,
    wordWrap: true,
    // The library's own colours follow its idea of the terminal, not ours.
    style: { head: [], border: [], compact: true },
  });
  framedTable.push(...rows.map((row) => [...row]));
  return framedTable.toString();
}

/** Each column as wide as its widest cell; what does not fit the terminal is taken from the last column, which wraps. */
function columnWidths(rows: readonly (readonly string[])[], columns: number): number[] {
  const natural = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)) + 2);
  const borders = natural.length + 1;
  const others = natural.slice(0, -1).reduce((sum, width) => sum + width, 0);
  const last = Math.max(12, Math.min(natural.at(-1) ?? 0, columns - others - borders));
  return [...natural.slice(0, -1), last];
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

/** A sentence in which text from outside may stand: made safe word by word, because only a word may be cut. */
export function printableText(text: string): string {
  return text.split(' ').map(printable).join(' ');
}

/** `1 ban`, `2 bans`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Epoch seconds as ISO 8601 in UTC to the second, `2025-11-25 00:03:20Z`. */
export function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('T', ' ').replace('.000Z', 'Z');
}

/** A sentence in lines that fit the terminal, broken at spaces; in a pipe it stays one. Escapes do not count as width. */
export function wrapped(text: string, io: Pick<CliIo, 'stdout'>): string {
  const width = io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : Infinity;
  let length = 0;
  let out = '';
  for (const word of text.split(' ')) {
    const shown = word.replace(ESCAPE, '').length;
    const breaks = length > 0 && length + 1 + shown > width;
    out += out === '' ? word : `${breaks ? '\n' : ' '}${word}`;
    length = breaks || length === 0 ? shown + (out === word && word === '' ? 1 : 0) : length + 1 + shown;
  }
  return out;
}

// eslint-disable-next-line no-control-regex -- the escapes that our own palette makes
const ESCAPE = /\u001b\[[0-9;]*m/g;
