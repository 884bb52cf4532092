import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderReport } from '../../../lib/cli/report/render-report';
import { writeReport } from '../../../lib/cli/report/write-report';
import { fullReport } from './support';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-report-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('writes the page', async () => {
  const path = join(folder, 'report.html');
  await writeReport(path, fullReport());
  expect(readFileSync(path, 'utf8')).toBe(renderReport(fullReport()));
});

test('says which file could not be written', async () => {
  const path = join(folder, 'no such folder', 'report.html');
  await expect(writeReport(path, fullReport())).rejects.toThrow(`--report ${path} cannot be written`);
});
