import { readFile } from 'node:fs/promises';
import { AddressError, parseCidr } from '../../../lambda/address';
import type { SlotEntry } from '../../../lambda/filter-set';
import { CommandError } from '../support/errors';

/** Highest rule number that a network ACL takes (VPC user guide, network ACL rules). */
const LAST_RULE_NUMBER = 32_766;

/**
 * Reads what the slots hold now: a JSON array of `{"ruleNumber":1,"cidr":"198.51.100.0/24"}`.
 * @throws CommandError that names the file, the entry and what is wrong with it
 */
export async function readCurrent(path: string | undefined): Promise<SlotEntry[]> {
  if (path === undefined) return [];
  const entries = parseArray(path, await readFile(path, 'utf8')).map((entry, i) =>
    parseEntry(path, entry, i),
  );
  const numbers = new Set<number>();
  for (const { ruleNumber } of entries) {
    if (numbers.has(ruleNumber)) throw new CommandError(`${path}: rule number ${ruleNumber} is there twice`);
    numbers.add(ruleNumber);
  }
  return entries;
}

function parseArray(path: string, text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch {
    // Not JSON: told below, like JSON of another shape.
  }
  throw new CommandError(`${path} is not a JSON array: write [{"ruleNumber":1,"cidr":"198.51.100.0/24"}]`);
}

function parseEntry(path: string, entry: unknown, index: number): SlotEntry {
  const { ruleNumber, cidr } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<
    string,
    unknown
  >;
  const at = `${path}, entry ${index + 1}`;
  if (
    typeof ruleNumber !== 'number' ||
    !Number.isInteger(ruleNumber) ||
    ruleNumber < 1 ||
    ruleNumber > LAST_RULE_NUMBER
  ) {
    throw new CommandError(`${at}: "ruleNumber" must be a whole number from 1 to ${LAST_RULE_NUMBER}`);
  }
  if (typeof cidr !== 'string')
    throw new CommandError(`${at}: "cidr" must be text such as "198.51.100.0/24"`);
  try {
    return { ruleNumber, cidr: parseCidr(cidr) };
  } catch (error) {
    throw error instanceof AddressError ? new CommandError(`${at}: ${error.message}`) : error;
  }
}
