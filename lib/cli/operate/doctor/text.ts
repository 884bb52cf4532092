import type { CliIo } from '../../support/cli-io';
import { paletteOf } from '../../support/palette';
import { plural } from '../../support/table';
import { hanging } from '../output';
import type { Finding, Health } from './finding';

/** What `doctor --json` prints. Times are epoch seconds. */
export interface DoctorDocument {
  readonly environment: string | null;
  readonly at: number;
  /** Whether no check failed; warnings do not count. */
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
}

/** Never colour alone: each state has a word of its own. */
const WORDS: Readonly<Record<Health, string>> = { ok: 'ok', warning: 'WARNING', failed: 'FAILED' };
/** Room for the state and for the longest check. */
const STATE_WIDTH = 9;
const CHECK_WIDTH = 14;

/** One line for what is well; what is not says what to do besides. */
export function doctorText({ environment, findings }: DoctorDocument, io: CliIo): string {
  const count = (health: Health): number => findings.filter((finding) => finding.health === health).length;
  const sum = `${plural(count('failed'), 'check')} failed, ${plural(count('warning'), 'warning')}, ${count('ok')} ok`;
  const head = environment === null ? sum : `${environment}: ${sum}`;
  return `${findings.map((finding) => line(finding, io)).join('\n')}\n\n${head}\n`;
}

function line({ check, health, says, remedy }: Finding, io: CliIo): string {
  const indent = STATE_WIDTH + CHECK_WIDTH;
  const lines = [says, ...(remedy === undefined ? [] : [`→ ${remedy}`])];
  const text = lines.map((each) => hanging(io, each, indent)).join(`\n${' '.repeat(indent)}`);
  return `${stateText(health, io)}${check.padEnd(CHECK_WIDTH)}${text}`;
}

function stateText(health: Health, io: CliIo): string {
  const word = WORDS[health].padEnd(STATE_WIDTH);
  const { well, careful, wrong } = paletteOf(io.stdout, io.env);
  if (health === 'ok') return well(word);
  return health === 'warning' ? careful(word) : wrong(word);
}
