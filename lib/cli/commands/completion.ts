import { Argument, Command } from 'commander';
import type { CliIo } from '../support/cli-io';

const COMPLETION_HELP = `
bash  in ~/.bashrc: eval "$(ringfence completion bash)"
zsh   in ~/.zshrc, after compinit: eval "$(ringfence completion zsh)"
fish  > ~/.config/fish/completions/ringfence.fish

Example:
  ringfence completion bash`;

/** The command that prints what makes a shell complete all the others. @param program the whole command line */
export function completionCommand(io: CliIo, program: () => Command): Command {
  return new Command('completion')
    .description('a script with which a shell completes commands and options')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', COMPLETION_HELP)
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completionScript } = await import('../completion/scripts');
      const { completionTree } = await import('../completion/tree');
      io.stdout.write(completionScript(shell, completionTree(program())));
    });
}
