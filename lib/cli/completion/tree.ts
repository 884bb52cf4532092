import type { Command } from 'commander';

/** A command as a shell completes it. */
export interface CompletedCommand {
  /** Names from the top, without the program's: `['ledger', 'create']`; empty for the program itself. */
  readonly path: readonly string[];
  readonly description: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
}

/** An option as a shell completes it. */
export interface CompletedOption {
  /** With its dashes. */
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** The values it takes, where they are few and known. */
  readonly choices: readonly string[];
}

/** Every command of the program, the program first. */
export function completionTree(program: Command, path: readonly string[] = []): CompletedCommand[] {
  const help = { long: '--help', description: 'display help', takesValue: false, choices: [] };
  const own: CompletedCommand = {
    path,
    description: program.description(),
    commands: program.commands.map((command) => ({
      name: command.name(),
      description: command.description(),
    })),
    options: [...program.options.flatMap(optionOf), help],
  };
  return [own, ...program.commands.flatMap((command) => completionTree(command, [...path, command.name()]))];
}

function optionOf({
  long,
  description,
  required,
  optional,
  argChoices,
}: Command['options'][number]): CompletedOption[] {
  if (long === undefined) return [];
  return [{ long, description, takesValue: required || optional, choices: argChoices ?? [] }];
}
