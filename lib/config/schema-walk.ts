import { z } from 'zod';

/** The schema inside defaults, options and transforms: what a person writes. */
export function unwrapSchema(schema: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return unwrapSchema(schema.unwrap());
  }
  return schema instanceof z.ZodPipe ? unwrapSchema(schema.in) : schema;
}

/** The alternatives of a union, or the one schema that there is. */
export function alternativesOf(schema: unknown): readonly unknown[] {
  const inner = unwrapSchema(schema);
  return inner instanceof z.ZodUnion ? inner.options.flatMap(alternativesOf) : [inner];
}

/** Keys that the objects at the path may have; for a union, those of every alternative. */
export function knownKeysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const [step, ...rest] = path;
  const found = alternativesOf(schema).flatMap((each) => {
    if (each instanceof z.ZodArray && typeof step === 'number') return knownKeysAt(each.element, rest);
    if (!(each instanceof z.ZodObject)) return [];
    const shape = each.shape as Readonly<Record<string, unknown>>;
    return step === undefined ? Object.keys(shape) : knownKeysAt(shape[String(step)], rest);
  });
  return [...new Set(found)];
}

/** The alternative that knows most of the value's keys, of equals the one whose choices the value makes, then the first. */
export function likeliestAlternative(schema: unknown, value: unknown): z.ZodObject {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const likeness = (each: z.ZodObject): number => {
    const known = entries.filter(([key]) => key in each.shape);
    const chosen = known.filter(([key, choice]) => isChoice(each.shape[key], choice));
    return 2 * known.length + chosen.length;
  };
  const objects = alternativesOf(schema).filter((each) => each instanceof z.ZodObject);
  return objects.reduce((best, each) => (likeness(each) > likeness(best) ? each : best));
}

function isChoice(schema: unknown, value: unknown): boolean {
  const inner = unwrapSchema(schema);
  return inner instanceof z.ZodLiteral && inner.safeParse(value).success;
}
