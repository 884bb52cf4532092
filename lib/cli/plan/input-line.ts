import {
  AddressError,
  type Cidr,
  formatCidr,
  parseCidr,
  printable,
  tryParseCidr,
  specialRange,
} from '../../../lambda/address';
import { MOST_WORTH } from '../../../lambda/filter-set';

/** What one line of input says. */
export type InputLine =
  | {
      readonly kind: 'source';
      readonly line: number;
      readonly cidr: Cidr;
      readonly weight: number;
      readonly reason?: never;
    }
  | {
      readonly kind: 'legit';
      readonly line: number;
      readonly cidr: Cidr;
      readonly cost: number;
      /** What is wrong with a line that is used all the same. */
      readonly reason?: string;
    };

/** A line that is not used as it is written, and why. */
export interface InputIssue {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

const SHAPE = 'write {"source":"198.18.1.2","weight":3.5} or {"legit":"198.18.1.9","cost":100}';

class LineError extends Error {}

/** Reads one line. Members other than the four known ones are left alone: feeds carry names and dates. */
export function parseInputLine(text: string, line: number): InputLine | InputIssue {
  try {
    return readLine(parseObject(text), line);
  } catch (error) {
    if (error instanceof LineError || error instanceof AddressError) return { line, reason: error.message };
    throw error;
  }
}

function readLine(fields: Readonly<Record<string, unknown>>, line: number): InputLine {
  const { source, legit } = fields;
  if ((source === undefined) === (legit === undefined))
    throw new LineError(`has not one of "source" and "legit": ${SHAPE}`);
  if (legit !== undefined) return readLegit(legit, fields['cost'], line);
  const cidr = parseBlock('source', source);
  const special = specialRange(cidr);
  if (special !== undefined)
    throw new LineError(`${String(source)} is ${special}: no source on the internet has it`);
  return { kind: 'source', line, cidr, weight: parseWeight(fields['weight']) };
}

/** Where the address can be told, a mistake in the line must not cost a legitimate source its protection. */
function readLegit(legit: unknown, cost: unknown, line: number): InputLine {
  const cidr = typeof legit === 'string' ? tryParseCidr(legit, { hostBits: 'mask' }) : undefined;
  try {
    return { kind: 'legit', line, cidr: parseBlock('legit', legit), cost: parseCost(cost) };
  } catch (error) {
    if (cidr === undefined || !(error instanceof LineError || error instanceof AddressError)) throw error;
    const reason = `${error.message}: until that is corrected ${formatCidr(cidr)} is never covered`;
    return { kind: 'legit', line, cidr, cost: Infinity, reason };
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LineError(`is not JSON: ${SHAPE}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new LineError(`is not an object: ${SHAPE}`);
}

function parseBlock(name: string, value: unknown): Cidr {
  if (typeof value !== 'string') throw new LineError(`"${name}" is not text: ${SHAPE}`);
  return parseCidr(value);
}

function parseWeight(value: unknown): number {
  if (isWorth(value)) return value;
  throw new LineError(`"weight" must be a number from 0 to ${MOST_WORTH}, not ${shown(value)}`);
}

function parseCost(value: unknown): number {
  if (value === undefined) return Infinity;
  if (isWorth(value)) return value;
  throw new LineError(
    `"cost" must be a number from 0 to ${MOST_WORTH} (leave it out for "never cover"), not ${shown(value)}`,
  );
}

function isWorth(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MOST_WORTH;
}

/** JSON has no infinite numbers, but what it has may be larger than any number here: 1e400. */
function shown(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `"${printable(value)}"`;
  return value === undefined ? 'missing' : printable(JSON.stringify(value));
}
