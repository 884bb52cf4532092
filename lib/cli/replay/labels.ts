import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Ban } from '../../../lambda/blacklist/ban';
import { CommandError } from '../support/errors';
import { systemReason } from '../support/system-reason';

const LABELS = z.object({
  sources: z.record(
    z.string(),
    z.object({
      label: z.string(),
      block_ok: z.boolean().nullish(),
      spoofed: z.boolean().nullish(),
    }),
  ),
});

/** What is known of each source. */
export type Labels = z.infer<typeof LABELS>['sources'];

/** How the bans compare with the labels. */
export interface Score {
  /** Right bans of all that are right or false; 1 where there are none. */
  readonly precision: number;
  /** Probe sources banned of all that are genuine; 1 where there are none. */
  readonly recall: number;
  /** Legitimate sources that were banned. */
  readonly falseBans: readonly string[];
}

/** @throws CommandError naming the file and what is wrong with it */
export async function readLabels(path: string): Promise<Labels> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CommandError(`--labels ${path} cannot be read: ${systemReason(error)}`);
  });
  const parsed = LABELS.safeParse(jsonOf(text, path));
  if (parsed.success) return parsed.data.sources;
  throw new CommandError(`--labels ${path} is not a labels file: ${z.prettifyError(parsed.error)}`);
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError(`--labels ${path} is not JSON: ${(error as Error).message}`);
  }
}

/** Bans of genuine probes are right; of forged sources, of scanners of other ports and of unknown ones they do not count. */
export function scoreBans(bans: readonly Ban[], labels: Labels): Score {
  const banned = new Set(bans.map(({ source }) => source));
  const genuine = Object.entries(labels).filter(([, source]) => isGenuineProbe(source));
  const caught = genuine.filter(([source]) => banned.has(source)).length;
  const falseBans = [...banned].filter((source) => isFalse(labels[source])).sort();
  const judged = caught + falseBans.length;
  return {
    precision: judged === 0 ? 1 : caught / judged,
    recall: genuine.length === 0 ? 1 : caught / genuine.length,
    falseBans,
  };
}

function isGenuineProbe(source: Labels[string]): boolean {
  return source.label === 'probe' && source.block_ok === true;
}

function isFalse(source: Labels[string] | undefined): boolean {
  return (
    source !== undefined && source.label !== 'noise' && source.spoofed !== true && !isGenuineProbe(source)
  );
}
