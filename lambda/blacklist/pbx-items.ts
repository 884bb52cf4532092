import * as z from '../schema';
import type { PbxActivity } from '../detection/pbx-activity';
import type { PbxState } from '../detection/pbx-state';
import type { Fields } from './item-fields';

/** Whether the address is proven. */
const proof = z.union([z.literal(0), z.literal(1)]);
const rememberedNames = z.array(z.tuple([z.string(), z.number(), z.number(), proof]));

/** What is remembered of what PBX logs say of a source. */
export const pbxState = z.object({
  tries: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
  accounts: rememberedNames,
  unknown: rememberedNames,
  dialled: rememberedNames,
  strangers: z.array(z.tuple([z.number(), z.number()])),
  authenticatedAt: z.number(),
} satisfies Fields<PbxState>) satisfies z.ZodMiniType<PbxState>;

const names = z.array(z.tuple([z.string(), proof]));

/** What PBX logs say of a source in one window. */
export const pbxActivity = z.object({
  refused: z.number(),
  proven: z.number(),
  succeeded: z.number(),
  challenges: z.number(),
  strangers: z.number(),
  floods: z.number(),
  accounts: names,
  unknown: names,
  dialled: names,
  scanners: names,
  sent: z.array(z.string()),
  answered: z.array(z.string()),
} satisfies Fields<PbxActivity>) satisfies z.ZodMiniType<PbxActivity>;
