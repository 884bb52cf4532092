import { readFileSync } from 'node:fs';
import { type Environment, parseEnvironments } from './environment';
import { ConfigurationError } from './problem';

/**
 * The environments of a `cdk.json`, for programs that run without CDK.
 * @throws ConfigurationError where the file cannot be read, is no JSON, or holds a wrong environment
 */
export function readEnvironments(path: string): Environment[] {
  return parseEnvironments(contextOf(path)['environments']);
}

function contextOf(path: string): Record<string, unknown> {
  try {
    const document = JSON.parse(readFileSync(path, 'utf8')) as { readonly context?: Record<string, unknown> };
    return document.context ?? {};
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    const reason = `cannot be read as JSON (${cause}): run this in the project's folder, or mend the file`;
    throw new ConfigurationError([{ environment: undefined, key: path, reason }]);
  }
}
