/** One thing that is wrong with the configuration: where it is, what stands there, the bound and the remedy. */
export interface ConfigurationProblem {
  /** Name of the environment, or undefined where the problem is not inside one. */
  readonly environment: string | undefined;
  /** Path of the key within the environment, such as `sip.ports[1]`; empty for the environment itself. */
  readonly key: string;
  /** What stands there; undefined for a key that is missing. */
  readonly value?: unknown;
  /** What is wrong with it, which form or bound it needs, and what to do. Reads on after `key = value`. */
  readonly reason: string;
}

/** The configuration cannot be used. The message lists every problem, not only the first. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly problems: readonly ConfigurationProblem[]) {
    super(formatProblems(problems));
  }
}

function formatProblems(problems: readonly ConfigurationProblem[]): string {
  const heading =
    problems.length === 1
      ? 'The configuration has a problem:'
      : `The configuration has ${problems.length} problems:`;
  return [heading, ...problems.map((problem) => `  ${formatProblem(problem)}`)].join('\n');
}

function formatProblem({ environment, key, value, reason }: ConfigurationProblem): string {
  const place = key === '' ? '' : `${key}${value === undefined ? '' : ` = ${shortJson(value)}`} `;
  return environment === undefined ? `${place}${reason}` : `${environment}: ${place}${reason}`;
}

/** JSON on one line, cut so that one long list does not hide the other problems. */
function shortJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > 120 ? `${json.slice(0, 117)}…` : json;
}

/** `['sip', 'ports', 1]` as people write it: `sip.ports[1]`. */
export function formatKeyPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}
