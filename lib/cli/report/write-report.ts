import { writeFile } from 'node:fs/promises';
import { CommandError } from '../support/errors';
import type { ReportInput } from './input';
import { renderReport } from './render-report';

/**
 * Writes a replay's report as one HTML file. It is rendered in full before the file is touched.
 * @throws CommandError naming the file when it cannot be written
 */
export async function writeReport(path: string, report: ReportInput): Promise<void> {
  const page = renderReport(report);
  await writeFile(path, page).catch((error: unknown) => {
    throw new CommandError(`--report ${path} cannot be written: ${(error as Error).message}`);
  });
}
