import { createHash, timingSafeEqual } from 'node:crypto';
import { HandsetError, macOf } from '../handset';
import type { Access, Phone } from './access';

/** What a request says who it is of (RFC 7617). */
export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

/** Who a request is of, proved. */
export type Caller = { readonly phone: Phone } | { readonly reader: string };

/** Longest header that is looked at, characters. */
const LONGEST = 1024;

/** The credentials in an `Authorization` header, or undefined where there are none of the scheme Basic. */
export function basicCredentials(header: string | undefined): BasicCredentials | undefined {
  if (header === undefined || header.length > LONGEST) return undefined;
  const encoded = /^basic +([\w+/=-]+) *$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** What is compared where nobody has the name: it takes as long, and is never equal to what a request holds. */
const NOBODY = '\u0000'.repeat(32);

/**
 * Who the credentials prove, or undefined. A name that is not there takes as long as a password that is wrong, so the
 * time of an answer tells nobody which phones there are.
 */
export function callerOf({ user, password }: BasicCredentials, access: Access): Caller | undefined {
  const phone = access.phones.get(macIn(user) ?? '');
  const reader = access.readers.get(user);
  const isPhone = isEqual(password, phone?.password ?? NOBODY);
  const isReader = isEqual(password, reader ?? NOBODY);
  if (phone !== undefined && isPhone) return { phone };
  return reader !== undefined && isReader ? { reader: user } : undefined;
}

function macIn(user: string): string | undefined {
  try {
    return macOf(user);
  } catch (error) {
    if (error instanceof HandsetError) return undefined;
    throw error;
  }
}

/** Compares digests, which are of one length, in a time that does not depend on where they differ. */
function isEqual(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
