import * as z from 'zod';
import { type Cidr, parseCidr } from '../../../../lambda/address';
import { CommandError } from '../../support/errors';

/** Of what `replay --json` prints, what an export needs. */
const REPLAYED = z.object({
  bans: z.array(
    z.object({
      source: z.string(),
      /** IPv6: the /64 that is banned. */
      prefix: z.string().optional(),
      bannedAt: z.number(),
      expiresAt: z.number(),
    }),
  ),
});

/** Bans of a replay that were in force at a time. */
export interface ReplayedBans {
  /** Epoch seconds. */
  readonly at: number;
  readonly cidrs: readonly Cidr[];
}

/**
 * Reads the document of `replay --json`.
 * @param at epoch seconds; @default the time of its last ban
 * @throws CommandError where the text is no such document
 */
export function replayedBans(text: string, file: string, at?: number): ReplayedBans {
  const { bans } = parse(text, file);
  const when = at ?? bans.reduce((latest, { bannedAt }) => Math.max(latest, bannedAt), 0);
  const current = bans.filter(({ bannedAt, expiresAt }) => bannedAt <= when && when < expiresAt);
  return { at: when, cidrs: current.map(({ source, prefix }) => cidrOf(prefix ?? source, file)) };
}

function parse(text: string, file: string): z.output<typeof REPLAYED> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new CommandError(`--replay ${file} is not JSON: ${(error as Error).message}`);
  }
  const result = REPLAYED.safeParse(document);
  if (result.success) return result.data;
  throw new CommandError(
    `--replay ${file} is not what ringfence replay --json prints: ${z.prettifyError(result.error)}`,
  );
}

function cidrOf(text: string, file: string): Cidr {
  try {
    return parseCidr(text);
  } catch (error) {
    throw new CommandError(`--replay ${file}: ${(error as Error).message}`);
  }
}
