/** Characters that no shell reads as anything but themselves. */
const PLAIN = /^[\w.,:/@%+=-]+$/;

/** One word of a command line, quoted for POSIX shells where it has to be. */
export function shellWord(text: string): string {
  if (PLAIN.test(text) && !text.startsWith('-')) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What an operator may do about a banned source. */
export interface Command {
  readonly what: string;
  /** The words of the line to type, quoted where they have to be. */
  readonly words: readonly string[];
}

/** The commands for one source. A reason is asked for, because somebody will ask in a month. */
export function commandsFor(source: string, environment: string): Command[] {
  const target = shellWord(source);
  const where = ['--env', shellWord(environment)];
  const because = ['--because', '"…"'];
  return [
    { what: 'End the ban', words: [...RINGFENCE, 'unban', target, ...where, ...because] },
    { what: 'Never deny it again', words: [...RINGFENCE, 'allow', target, ...where, ...because] },
    { what: 'Everything about it', words: [...RINGFENCE, 'why', target, ...where] },
  ];
}

const RINGFENCE = ['npx', 'ringfence'];
