import * as z from '../schema';
import { type HandsetAccount, HandsetError, macOf, VENDORS, type VendorId } from '../handset';

/** A phone that may fetch its files. */
export interface Phone {
  /** 12 hexadecimal digits in lower case: its name when it asks. */
  readonly mac: string;
  readonly vendor: VendorId;
  /** What it proves itself with when it fetches; not its SIP password. */
  readonly password: string;
  /** The account (line) that is set up. */
  readonly account: number;
  /** @default - no account is filled in */
  readonly sip?: HandsetAccount;
}

/** Who may fetch what. */
export interface Access {
  /** By MAC address. */
  readonly phones: ReadonlyMap<string, Phone>;
  /** Passwords of those who may read the list of bans, by user name. */
  readonly readers: ReadonlyMap<string, string>;
}

/** A secret that does not say who may fetch what. The message names the place and never a value. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
}

/** Shortest password: at the rate that the web ACL allows, 12 characters of anybody's choice outlast the phone. */
const password = z
  .string()
  .check(z.minLength(12, 'has fewer than 12 characters'), z.maxLength(128, 'has more than 128 characters'));

const PHONES = z.record(
  z.string(),
  z.strictObject({
    vendor: z.enum(Object.keys(VENDORS) as [VendorId, ...VendorId[]]),
    password,
    account: z._default(z.int().check(z.minimum(1), z.maximum(16)), 1),
    sip: z.exactOptional(
      z.strictObject({
        server: z.string(),
        user: z.string(),
        password: z.string(),
        displayName: z.exactOptional(z.string()),
      }),
    ),
  }),
);

const READERS = z.record(z.string().check(z.regex(/^[\w.@-]{1,64}$/, 'is no user name')), password);

/**
 * Reads the secret with phones: `{"001565aabbcc":{"vendor":"yealink","password":"…","sip":{"server":…}}}`.
 * @throws AccessError
 */
export function parsePhones(text: string): Phone[] {
  return Object.entries(parse(PHONES, text, 'phones')).map(([name, entry]) => ({
    ...entry,
    mac: macIn(name),
  }));
}

/** Reads the secret with readers of the list: user names and passwords, `{"paloalto":"…"}`. @throws AccessError */
export function parseReaders(text: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(parse(READERS, text, 'readers of the list')));
}

/** Puts the secrets' phones together. @throws AccessError where two have one MAC address */
export function accessOf(phones: readonly Phone[], readers: ReadonlyMap<string, string>): Access {
  const byMac = new Map(phones.map((phone) => [phone.mac, phone]));
  if (byMac.size === phones.length) return { phones: byMac, readers };
  throw new AccessError('the secret of phones has a MAC address twice: remove one');
}

function parse<T extends z.ZodMiniType>(schema: T, text: string, of: string): z.output<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What JSON.parse says quotes the text.
    throw new AccessError(`the secret of ${of} is not JSON`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new AccessError(`the secret of ${of}: ${problems.join('; ')}`);
}

function macIn(name: string): string {
  try {
    return macOf(name);
  } catch (error) {
    if (!(error instanceof HandsetError)) throw error;
    throw new AccessError(`the secret of phones: ${error.message}`);
  }
}
