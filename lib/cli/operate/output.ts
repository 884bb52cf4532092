import pc from 'picocolors';
import { type CliIo, wantsColour } from '../support/cli-io';
import { printableText } from '../support/table';

/** Prints a command's answer: one JSON document, or text for people. */
export function answer(io: CliIo, json: boolean | undefined, document: unknown, text: () => string): void {
  io.stdout.write(json === true ? `${JSON.stringify(document, null, 1)}\n` : text());
}

/** Colours for standard output, or none. */
export function coloursOf(io: CliIo) {
  return pc.createColors(wantsColour(io.stdout, io.env));
}

/** Where text is not on a terminal, lines are left as they are. */
const PIPE_COLUMNS = Infinity;

/**
 * A label and a text that wraps beside it at the terminal's width; text from outside is made safe to print. An empty
 * label continues the one before.
 */
export function field(io: CliIo, label: string, text: string, indent = 12): string {
  return coloursOf(io).bold(label.padEnd(indent)) + hanging(io, text, indent);
}

/** A text that begins at column `indent` and goes on there in further lines; made safe to print. */
export function hanging(io: CliIo, text: string, indent: number): string {
  const width = (io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : PIPE_COLUMNS) - indent;
  return wrap(printableText(text), Math.max(20, width)).join(`\n${' '.repeat(indent)}`);
}

/** Breaks at spaces; a word that is longer than a line keeps it to itself. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
