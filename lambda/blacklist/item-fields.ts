import type * as z from '../schema';

/**
 * One reader for each field, optional ones too: a field that is added to a domain type and not here does not compile,
 * instead of being dropped when it is read back.
 */
export type Fields<T> = Record<keyof T, z.ZodMiniType>;
