import { VENDORS } from '../../../lambda/handset';
import type { Finding, HandsetReport } from '../../handset/check';
import type { CliIo } from '../support/cli-io';
import { printableText, table } from '../support/table';

/** The reports of a file, for a terminal or a pipe. */
export function reportText(file: string, reports: readonly HandsetReport[], io: CliIo): string {
  return reports.map((report) => oneReport(file, report, io)).join('\n');
}

function oneReport(file: string, report: HandsetReport, io: CliIo): string {
  const { name, filter } = VENDORS[report.vendor];
  const heading = `${printableText(file)}: ${name}, account ${report.account}: ${report.verdict}`;
  const rows = report.findings.map((finding) => [
    finding.status === 'met' ? 'ok' : finding.level === 'required' ? 'MISSING' : 'advice',
    finding.key,
    valueOf(finding),
    finding.note === undefined ? finding.what : `${finding.what} (${finding.note})`,
  ]);
  const caveats =
    filter === 'source' && report.verdict === 'good' ? [] : report.caveats.map((caveat) => `note: ${caveat}`);
  return `${[heading, table(['', 'setting', 'value', 'what it does'], rows, io), ...caveats].join('\n')}\n`;
}

function valueOf({ status, found, want }: Finding): string {
  if (status === 'met') return found ?? want;
  return found === undefined ? `not set, want ${want}` : `"${found}", want ${want}`;
}
