import { AddressError, type Cidr, parseCidr } from '../../../lambda/address';
import { specialRange } from './special-ranges';

/** What one line of input says. */
export type InputLine =
  | { readonly kind: 'source'; readonly line: number; readonly cidr: Cidr; readonly weight: number }
  | { readonly kind: 'legit'; readonly line: number; readonly cidr: Cidr; readonly cost: number };

/** A line that is not used, and why. */
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
  if (legit !== undefined) {
    return { kind: 'legit', line, cidr: parseBlock('legit', legit), cost: parseCost(fields['cost']) };
  }
  const cidr = parseBlock('source', source);
  const special = specialRange(cidr);
  if (special !== undefined)
    throw new LineError(`${String(source)} is ${special}: no source on the internet has it`);
  return { kind: 'source', line, cidr, weight: parseWeight(fields['weight']) };
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
  if (typeof value === 'number' && value > 0 && value < Infinity) return value;
  throw new LineError(
    `"weight" must be a number above 0, not ${value === undefined ? 'missing' : JSON.stringify(value)}`,
  );
}

function parseCost(value: unknown): number {
  if (value === undefined) return Infinity;
  if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
  throw new LineError(
    `"cost" must be a number from 0 up (leave it out for "never cover"), not ${JSON.stringify(value)}`,
  );
}
