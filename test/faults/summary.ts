import type { RoundResult } from './round';

/** One line of the table. */
export interface KindSummary {
  readonly kind: string;
  readonly rounds: number;
  readonly injected: number;
  readonly medianRuns: number;
  readonly maxRuns: number;
  readonly calls: number;
  readonly violations: number;
}

/** The rounds of one kind. */
export function summarise(kind: string, results: readonly RoundResult[]): KindSummary {
  // Rounds in which the fault met no call say nothing about it.
  const hit = results.filter(({ injected }) => injected > 0);
  const runs = hit.map(({ runsToConverge }) => runsToConverge).sort((a, b) => a - b);
  const total = (of: (result: RoundResult) => number): number =>
    results.reduce((sum, each) => sum + of(each), 0);
  return {
    kind,
    rounds: results.length,
    injected: total(({ injected }) => injected),
    medianRuns: runs[Math.floor(runs.length / 2)] ?? 0,
    maxRuns: runs.at(-1) ?? 0,
    calls: total(({ calls }) => calls),
    violations: total(({ violations }) => violations.length),
  };
}

/** The table as text. */
export function table(lines: readonly KindSummary[]): string {
  const header = [
    'fault',
    'rounds',
    'injected',
    'runs to converge: median',
    'max',
    'calls made',
    'violations',
  ];
  const rows = lines.map(({ kind, rounds, injected, medianRuns, maxRuns, calls, violations }) =>
    [kind, rounds, injected, medianRuns, maxRuns, calls, violations].map(String),
  );
  const all = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)));
  const show = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return all.map(show).join('\n');
}
