import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseCidr } from '../../../lambda/address';
import { renderReport } from '../../../lib/cli/report/render-report';
import { ban, report, slot, suspect, T0 } from '../../cli/report/support';
import type { Folder } from '../../cli/support/folder';

const ROOT = join(__dirname, '..', '..', '..');
const SITE = ['--vpc-cidr', '10.20.1.0/24', '--proxy-range', '198.51.100.96/28'];

/** The report that the built command line writes for a log. @returns its path */
export function replayed(folder: Folder, name: string, log: string, ...more: readonly string[]): string {
  const file = folder.at(`${name}.html`);
  const args = ['dist/ringfence.js', 'replay', log, ...SITE, ...more, '--report', file];
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
  return file;
}

export const DAY = join(ROOT, 'examples', 'data', 'recorded-day.log.gz');
export const DAY_LABELS = join(ROOT, 'examples', 'data', 'recorded-day.labels.json');
/** Every twentieth source of a day on which thousands knocked. */
export const BUSY_DAY = join(ROOT, 'test', 'data', 'report', 'busy-day.log.gz');

/** All of that day, where somebody has it: RINGFENCE_LARGE_LOGS names the folder. */
export function wholeBusyDay(): string | undefined {
  const folder = process.env['RINGFENCE_LARGE_LOGS'];
  if (folder === undefined) return undefined;
  const log = join(folder, 'day_big_P1.v2.log.gz');
  if (existsSync(log)) return log;
  throw new Error(`RINGFENCE_LARGE_LOGS is set, and there is no ${log}: correct it, or unset it`);
}

/** The report of 10,000 banned sources and 3,000 suspects. @returns its path */
export function manySources(folder: Folder): string {
  const sources = Array.from(
    { length: 10_000 },
    (_, i) => `${20 + (i % 170)}.${(i * 7) % 256}.${Math.floor(i / 250)}.${i % 250}`,
  );
  const bans = sources.map((source, i) => ban(source, { bannedAt: T0 + (i % 1700), weight: 1 + (i % 97) }));
  const activity = new Map(
    bans.map(({ key, bannedAt }, i) => [key, [{ window: bannedAt - 60, packets: 1 + (i % 50) }]]),
  );
  const result = {
    bans,
    suspects: Array.from({ length: 3000 }, (_, i) => suspect(`198.18.${i % 256}.${Math.floor(i / 256)}`)),
    slots: bans.slice(0, 18).map(({ cidr }, i) => slot(i + 1, cidr)),
    overflow: bans
      .slice(18)
      .map(({ cidr, weight }) => ({ cidr: parseCidr(cidr), weight, forgeable: false, pinned: false })),
  };
  return folder.file('many.html', renderReport(report(result, { activity })));
}
