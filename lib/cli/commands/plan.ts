import { Command } from 'commander';
import type { PlanFlags } from '../plan/flags';
import { type CliIo, processIo } from '../support/cli-io';

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

const EXAMPLE = `
Input, one JSON object a line:
  {"source":"198.18.1.2","weight":3.5}     something to block, and what that is worth
  {"legit":"198.18.1.9","cost":100}        something to spare, and what covering it costs; without cost, never covered

Example:
  ringfence plan sources.jsonl --slots 18 --allow 203.0.113.0/24 --current slots.json --stability 1`;

/** `plan`: the best use of a handful of slots, for a list of sources. */
export function planCommand(io: CliIo = processIo()): Command {
  return new Command('plan')
    .description('choose the prefixes that block most with a few deny entries, and the changes to get there')
    .argument('[file]', 'JSON lines; - for standard input', '-')
    .requiredOption('--slots <n>', 'most entries of each family')
    .option('--allow <cidr>', 'never cover these (repeatable)', collect)
    .option('--current <file>', 'what the slots hold now: a JSON array of {"ruleNumber":1,"cidr":"…"}')
    .option('--max-width <bits>', 'no prefix shorter than this (default 24 for IPv4 and 48 for IPv6)')
    .option('--stability <x>', 'bonus of an entry that stays (default 0)')
    .option('--collateral-cost <x>', 'cost of each other address covered, or /64 (default 1e-6)')
    .option('--min-sources <n>', 'sources that a wider prefix must hold (default 1)')
    .option('--min-density <share>', 'share of its addresses that must be sources, 0 to 1 (default 0)')
    .option('--strict', 'use nothing where any line is bad, and exit with 1')
    .option('--explain', 'print the objective with the numbers used')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLE)
    .action(async (file: string, flags: PlanFlags) => {
      const { runPlan } = await import('../plan/run-plan');
      await runPlan(file, flags, io);
    });
}
