import type { Readable } from 'node:stream';
import type { Cidr } from '../../../lambda/address';
import { compareCidrs, formatCidr } from '../../../lambda/address';
import { type InputIssue, type InputLine, parseInputLine } from './input-line';

/** What can be used of the input, and what cannot, or not as it is written. */
export interface PlanInput {
  readonly sources: readonly Extract<InputLine, { kind: 'source' }>[];
  readonly legitimate: readonly Extract<InputLine, { kind: 'legit' }>[];
  /** By line. */
  readonly issues: readonly InputIssue[];
}

/** Reads JSON lines to the end. Empty lines say nothing and are no issue. */
export async function readInput(stream: Readable): Promise<PlanInput> {
  const lines: InputLine[] = [];
  const issues: InputIssue[] = [];
  let number = 0;
  for await (const text of linesOf(stream)) {
    number++;
    if (text.trim() === '') continue;
    // A byte order mark is no part of the text (RFC 8259, section 8.1).
    const parsed = parseInputLine(number === 1 ? text.replace(/^\uFEFF/, '') : text, number);
    if (parsed.reason !== undefined) issues.push({ line: number, reason: parsed.reason });
    if ('kind' in parsed) lines.push(parsed);
  }
  const sources = withoutOverlaps(
    lines.filter((line) => line.kind === 'source'),
    issues,
  );
  const legitimate = withoutDuplicates(
    lines.filter((line) => line.kind === 'legit'),
    issues,
  );
  return { sources, legitimate, issues: issues.sort((a, b) => a.line - b.line) };
}

/** Lines without their ends; the last one may lack its own. */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/**
 * A source named twice counts once, the first time; one that lies inside another's block is part of that, whichever
 * comes first. Blocks nest or are apart, so in address order only the last one kept can hold the next.
 */
function withoutOverlaps<T extends InputLine>(lines: readonly T[], issues: InputIssue[]): T[] {
  const kept: T[] = [];
  for (const line of inAddressOrder(lines)) {
    const outer = kept.at(-1);
    if (outer === undefined || outer.cidr.family !== line.cidr.family || outer.cidr.last < line.cidr.first) {
      kept.push(line);
    } else {
      issues.push({ line: line.line, reason: overlap(line.cidr, outer) });
    }
  }
  return kept;
}

function overlap(cidr: Cidr, outer: InputLine): string {
  if (compareCidrs(cidr, outer.cidr) === 0) return `${formatCidr(cidr)} is a duplicate of line ${outer.line}`;
  return `${formatCidr(cidr)} lies inside ${formatCidr(outer.cidr)} of line ${outer.line}`;
}

/** Legitimate sources may overlap; of one that is named twice the higher cost counts: never less care than asked for. */
function withoutDuplicates<T extends Extract<InputLine, { kind: 'legit' }>>(
  lines: readonly T[],
  issues: InputIssue[],
): T[] {
  const kept: T[] = [];
  for (const line of inAddressOrder(lines)) {
    const before = kept.at(-1);
    if (before === undefined || compareCidrs(before.cidr, line.cidr) !== 0) {
      kept.push(line);
      continue;
    }
    issues.push({ line: line.line, reason: `${overlap(line.cidr, before)}: the higher cost counts` });
    if (line.cost > before.cost) kept[kept.length - 1] = { ...before, cost: line.cost };
  }
  return kept;
}

function inAddressOrder<T extends InputLine>(lines: readonly T[]): T[] {
  return lines.toSorted((a, b) => compareCidrs(a.cidr, b.cidr) || a.line - b.line);
}
