import { z } from 'zod';
import { AddressError, formatCidr, parseCidr } from '../../lambda/address';
import { DurationError, parseDuration } from '../../lambda/blacklist/duration';

/** An inclusive range of ports or rule numbers. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** The range as it is written in the configuration: `10000-20000`. */
export function formatRange(range: NumberRange): string {
  return `${range.first}-${range.last}`;
}

/** Whether the number lies in the range. */
export function rangeContains(range: NumberRange, value: number): boolean {
  return value >= range.first && value <= range.last;
}

/** Whether two ranges share a number. */
export function rangesOverlap(a: NumberRange, b: NumberRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** A CIDR or single address without host bits, kept as canonical text with prefix length. */
export const cidr = z
  .string()
  .meta({ form: 'CIDR or address' })
  .transform((text, context) => {
    try {
      return formatCidr(parseCidr(text));
    } catch (error) {
      if (!(error instanceof AddressError)) throw error;
      context.addIssue({ code: 'custom', message: withoutQuotedValue(error.message) });
      return z.NEVER;
    }
  });

/** The core's errors begin with the value; a problem's line has it already. */
function withoutQuotedValue(message: string): string {
  return message.replace(/^"(?:\\.|[^"\\])*" /, '');
}

/** A port, 1–65535. */
export const port = z.int().min(1).max(65535);

/** A range such as `10000-20000` within `lowest`–`highest`; `noun` names what is counted in messages. */
export function numberRange(noun: string, lowest: number, highest: number, example: string) {
  const form = `range of ${noun}, \`"${example}"\``;
  return z
    .string()
    .meta({ form })
    .transform((text, context): NumberRange => {
      const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
      const range = { first: Number(match?.[1]), last: Number(match?.[2]) };
      if (match && lowest <= range.first && range.first <= range.last && range.last <= highest) return range;
      const message = `is not a range of ${noun}: write "first-last", both from ${lowest} to ${highest} and the lower one first, such as "${example}"`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });
}

/** A duration such as `30m`, `1h` or `30d`, kept as it is written because every message and document shows it so. */
export const duration = z
  .string()
  .meta({ form: 'duration, `"1h"`' })
  .superRefine((text, context) => {
    try {
      parseDuration(text);
    } catch (error) {
      if (!(error instanceof DurationError)) throw error;
      context.addIssue({ code: 'custom', message: withoutQuotedValue(error.message) });
    }
  });

/** An AWS identifier of one kind: `vpc-0a1b2c3d`, `acl-0a1b2c3d4e5f60718`. */
export function resourceId(prefix: 'vpc' | 'subnet' | 'acl' | 'eni') {
  return z.string().regex(new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`), {
    message: `is not an identifier of AWS: write "${prefix}-" and its 8 or 17 hexadecimal digits, as the console shows it`,
  });
}

/** The index of the first value that equals an earlier one, or −1. */
function firstDuplicate(values: readonly unknown[]): number {
  return values.findIndex((value, i) => values.indexOf(value) !== i);
}

/** A list without duplicates. */
export function uniqueList<T extends z.ZodType>(item: T) {
  return z.array(item).superRefine((values, context) => {
    const index = firstDuplicate(values);
    if (index >= 0)
      context.addIssue({ code: 'custom', path: [index], message: 'stands in the list twice: remove one' });
  });
}

/** The ARN of a Secrets Manager secret, whole: a policy for it names it exactly. */
export const secretArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/, {
    message:
      'is not the ARN of a secret: write it whole, with the six characters at its end, as `aws secretsmanager describe-secret` shows it',
  })
  .meta({ form: 'ARN' });
