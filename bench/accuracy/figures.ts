import { z } from 'zod';
import type { SetResult, Tally } from './measure';

/** What a set must go on doing: the figures of the last time they were written. */
const FIGURES = z.record(
  z.string(),
  z.strictObject({
    caught: z.int(),
    probes: z.int(),
    falseBans: z.int(),
    p90: z.int().optional(),
  }),
);

/** Figures by set. */
export type Figures = z.infer<typeof FIGURES>;

/** Where they are kept, from the project's root. */
export const FIGURES_FILE = 'bench/accuracy/figures.json';

/** @throws ZodError when the text is not figures */
export function parseFigures(text: string): Figures {
  return FIGURES.parse(JSON.parse(text));
}

/** The figures of results, for the file. */
export function figuresOf(results: readonly SetResult[]): Figures {
  return Object.fromEntries(
    results.map(({ name, score: { caught, probes, falseBans, p90 } }) => [
      name,
      { caught, probes, falseBans: falseBans.length, ...(p90 !== undefined && { p90 }) },
    ]),
  );
}

/** The figures of disturbed sets, for the file. @param disturbances tallies by disturbance */
export function disturbedFigures(disturbances: ReadonlyMap<string, Tally>): Figures {
  return Object.fromEntries([...disturbances].map(([name, tally]) => [`disturbed: ${name}`, tally]));
}

/** By so much a delay may grow, seconds: a window and its grace. */
const DELAY_SLACK_SECONDS = 120;

/** What is worse than it was, a sentence each; sets that were not measured now count as worse. */
export function regressions(now: Figures, before: Figures): string[] {
  return Object.entries(before).flatMap(([name, was]) => {
    const is = now[name];
    if (is === undefined) return [`${name}: not measured`];
    return [
      ...(is.caught < was.caught
        ? [`${name}: ${is.caught} of ${is.probes} probes banned, ${was.caught} before`]
        : []),
      ...(is.falseBans > was.falseBans
        ? [`${name}: ${is.falseBans} false bans, ${was.falseBans} before`]
        : []),
      ...((is.p90 ?? 0) > (was.p90 ?? Infinity) + DELAY_SLACK_SECONDS
        ? [`${name}: p90 ${is.p90 ?? 0} s, ${was.p90 ?? 0} s before`]
        : []),
    ];
  });
}
