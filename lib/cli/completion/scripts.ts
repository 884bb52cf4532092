import type { CompletedCommand, CompletedOption } from './tree';

/** Shells that there is a script for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
/** One of them. */
export type Shell = (typeof SHELLS)[number];

/** The script that completes the program in a shell: all of it is known beforehand, so no key press starts a process. */
export function completionScript(shell: Shell, tree: readonly CompletedCommand[]): string {
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
  return scripts[shell](tree);
}

/** Names of commands and options are words without anything that a shell knows; descriptions are not. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The names on the way to a command, as the scripts keep them: `ledger create`. */
function pathText({ path }: CompletedCommand): string {
  return path.join(' ');
}

function words({ commands, options }: CompletedCommand): string {
  return [...commands.map(({ name }) => name), ...options.map(({ long }) => long)].join(' ');
}

function valueOptions({ options }: CompletedCommand): CompletedOption[] {
  return options.filter(({ takesValue }) => takesValue);
}

/** A case of bash or zsh: the words after a command, and its options that take a value. */
function caseOf(command: CompletedCommand): string {
  const taking = valueOptions(command).map(({ long }) => long);
  return `    ${quoted(pathText(command))}) words=${quoted(words(command))}; taking=${quoted(` ${taking.join(' ')} `)};;`;
}

function choiceCases(tree: readonly CompletedCommand[]): string[] {
  return tree.flatMap((command) =>
    valueOptions(command)
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ long, choices }) =>
          `    ${quoted(`${pathText(command)} ${long}`)}) choices=${quoted(choices.join(' '))};;`,
      ),
  );
}

/** Bash 3.2 and newer: nothing of it needs the package bash-completion. */
function bashScript(tree: readonly CompletedCommand[]): string {
  return `# ringfence completion for bash. Add to ~/.bashrc: eval "$(ringfence completion bash)"
_ringfence_words() {
  words= taking=
  case "$1" in
${tree.map(caseOf).join('\n')}
  esac
}
_ringfence() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local path= words taking choices= i word next
  _ringfence_words ''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $taking == *" $word "* ]]; then i=$((i + 1)); continue; fi
    case "$word" in -*) continue;; esac
    next=\${path:+$path }$word
    _ringfence_words "$next"
    if [[ -z $words ]]; then _ringfence_words "$path"; break; fi
    path=$next
  done
  if [[ $taking == *" $previous "* ]]; then
    case "$path $previous" in
${choiceCases(tree).join('\n') || '    *) ;;'}
    esac
    if [[ -n $choices ]]; then COMPREPLY=($(compgen -W "$choices" -- "$current"))
    else COMPREPLY=($(compgen -f -- "$current")); fi
    return
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ \${#COMPREPLY[@]} -eq 0 && $current != -* ]]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _ringfence ringfence
`;
}

function zshScript(tree: readonly CompletedCommand[]): string {
  return `#compdef ringfence
# ringfence completion for zsh. Add to ~/.zshrc, after compinit: eval "$(ringfence completion zsh)"
_ringfence() {
  local path= next word taking=' ' i
  local -a commands options
  _ringfence_at ''
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    if [[ $taking == *" $word "* ]]; then i=$((i + 1)); continue; fi
    [[ $word == -* ]] && continue
    next=\${path:+$path }$word
    if ! _ringfence_at "$next"; then _ringfence_at "$path"; break; fi
    path=$next
  done
  if [[ $taking == *" \${words[CURRENT-1]} "* ]]; then _files; return; fi
  if [[ \${words[CURRENT]} == -* ]]; then _describe option options; return; fi
  if (( \${#commands} )); then _describe command commands; else _files; fi
}
_ringfence_at() {
  case "$1" in
${tree.map(zshCase).join('\n')}
    *) return 1;;
  esac
}
compdef _ringfence ringfence
`;
}

function zshCase(command: CompletedCommand): string {
  const described = (name: string, description: string): string =>
    quoted(`${name}:${description.replaceAll(':', ' -')}`);
  const commands = command.commands.map(({ name, description }) => described(name, description));
  const options = command.options.map(({ long, description }) => described(long, description));
  const taking = valueOptions(command).map(({ long }) => long);
  return `    ${quoted(pathText(command))}) commands=(${commands.join(' ')}); options=(${options.join(' ')}); taking=${quoted(` ${taking.join(' ')} `)};;`;
}

function fishScript(tree: readonly CompletedCommand[]): string {
  const lines = tree.flatMap((command) => {
    const seen = command.path.map((name) => `__fish_seen_subcommand_from ${name}`);
    const none = command.commands.map(({ name }) => name).join(' ');
    const here = seen.join('; and ') || 'true';
    const inner = none === '' ? here : `${here}; and not __fish_seen_subcommand_from ${none}`;
    return [
      ...command.commands.map(
        ({ name, description }) =>
          `complete -c ringfence -f -n ${quoted(inner)} -a ${name} -d ${quoted(description)}`,
      ),
      ...command.options.map((option) => fishOption(option, inner)),
    ];
  });
  return `# ringfence completion for fish. Save as ~/.config/fish/completions/ringfence.fish\n${lines.join('\n')}\n`;
}

function fishOption({ long, description, takesValue, choices }: CompletedOption, condition: string): string {
  const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : '';
  return `complete -c ringfence -n ${quoted(condition)} -l ${long.slice(2)}${value} -d ${quoted(description)}`;
}
