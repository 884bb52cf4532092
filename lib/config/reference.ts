import { z } from 'zod';
import { environmentSchema } from './schema';
import { alternativesOf, unwrapSchema } from './schema-walk';

/** One key of an environment, as the reference shows it. */
interface Entry {
  readonly key: string;
  readonly form: string;
  readonly fallback: string;
  readonly meaning: string;
}

/** The reference of all keys in Markdown: `docs/configuration.md` between its markers. */
export function configurationReference(): string {
  const sections = Object.entries(environmentSchema.shape).map(([key, schema]) => sectionOf(key, schema));
  return sections.join('\n\n');
}

function sectionOf(key: string, schema: unknown): string {
  const meaning = descriptionOf(schema);
  const rows = entriesOf(key, schema);
  const isLeaf = rows.length === 1 && rows[0]?.key === key;
  return [`### \`${key}\``, ...(isLeaf || meaning === '' ? [] : [meaning]), tableOf(rows)].join('\n\n');
}

function tableOf(entries: readonly Entry[]): string {
  const rows = entries.map(({ key, form, fallback, meaning }) =>
    ['', `\`${key}\``, form, fallback, meaning, '']
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | ')
      .trim(),
  );
  return ['| key | form | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** The key itself, or the keys inside it; those of every alternative where it has several forms. */
function entriesOf(key: string, schema: unknown): Entry[] {
  const objects = alternativesOf(schema).filter((each) => each instanceof z.ZodObject);
  if (objects.length > 0) return objects.flatMap((each) => entriesInside(key, each));
  const inner = unwrapSchema(schema);
  const element = inner instanceof z.ZodArray ? unwrapSchema(inner.element) : undefined;
  const meaning = descriptionOf(schema);
  const entry = { key, form: formOf(inner), fallback: fallbackOf(schema), meaning };
  return element instanceof z.ZodObject ? [entry, ...entriesInside(`${key}[]`, element)] : [entry];
}

function entriesInside(key: string, schema: z.ZodObject): Entry[] {
  return Object.entries(schema.shape).flatMap(([name, inner]) => entriesOf(`${key}.${name}`, inner));
}

/** The description of the schema or of what it wraps, whichever comes first. */
function descriptionOf(schema: unknown): string {
  if (!(schema instanceof z.ZodType)) return '';
  if (schema.description !== undefined) return schema.description;
  const inner =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
      ? schema.unwrap()
      : undefined;
  return descriptionOf(inner);
}

function fallbackOf(schema: unknown): string {
  if (schema instanceof z.ZodOptional) return '–';
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return `\`${JSON.stringify(schema.def.defaultValue)}\``;
  }
  return 'required';
}

/** What a person has to write, in words. */
function formOf(schema: unknown): string {
  if (!(schema instanceof z.ZodType)) return '';
  const form = z.globalRegistry.get(schema)?.['form'];
  if (typeof form === 'string') return form;
  if (schema instanceof z.ZodArray) return `list of ${formOf(unwrapSchema(schema.element))}`;
  if (schema instanceof z.ZodEnum) return choice(schema.options);
  if (schema instanceof z.ZodLiteral) return choice([...schema.values]);
  if (schema instanceof z.ZodNumber) return numberForm(schema);
  if (schema instanceof z.ZodUnion)
    return schema.options.map((each) => formOf(unwrapSchema(each))).join(' or ');
  if (schema instanceof z.ZodBoolean) return '`true` or `false`';
  return schema instanceof z.ZodObject ? 'object' : 'text';
}

function choice(values: readonly unknown[]): string {
  return values.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
}

function numberForm({ minValue, maxValue }: z.ZodNumber): string {
  const least = minValue !== null && Number.isFinite(minValue) ? minValue : undefined;
  const most = maxValue !== null && maxValue < Number.MAX_SAFE_INTEGER ? maxValue : undefined;
  if (least !== undefined && most !== undefined) return `number ${least}–${most}`;
  return least === undefined ? 'number' : `number from ${least}`;
}

const BEGIN = '<!-- reference: written by scripts/configuration-docs.mjs -->\n<!-- prettier-ignore-start -->';
const END = '<!-- prettier-ignore-end -->';

/**
 * The page with the reference between its markers.
 * @throws RangeError when the page lacks them
 */
export function withReference(page: string, reference: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new RangeError(`the page needs the markers ${BEGIN} and ${END}`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${reference}\n\n${page.slice(end)}`;
}
