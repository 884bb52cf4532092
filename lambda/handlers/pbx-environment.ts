import { PBX_DIALECTS, type PbxDialect } from '../pbx-log';
import { EnvironmentError } from './environment';

/**
 * Which log groups are of which PBX: `RINGFENCE_PBX_LOGS`, a JSON object of dialects by log group.
 * @throws EnvironmentError naming what is wrong
 */
export function readPbxLogs(
  variables: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, PbxDialect> {
  const logs = Object.entries(objectOf(variables['RINGFENCE_PBX_LOGS'] ?? ''));
  if (logs.length === 0) throw new EnvironmentError('RINGFENCE_PBX_LOGS names no log group');
  return new Map(logs.map(([logGroup, dialect]) => [logGroup, dialectOf(logGroup, dialect)]));
}

function objectOf(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new EnvironmentError(`RINGFENCE_PBX_LOGS is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new EnvironmentError('RINGFENCE_PBX_LOGS is not an object of dialects by log group');
}

function dialectOf(logGroup: string, dialect: unknown): PbxDialect {
  const known = PBX_DIALECTS.find((each) => each === dialect);
  if (known !== undefined) return known;
  throw new EnvironmentError(
    `RINGFENCE_PBX_LOGS: ${logGroup}: ${JSON.stringify(dialect)}: write one of ${PBX_DIALECTS.join(', ')}`,
  );
}
