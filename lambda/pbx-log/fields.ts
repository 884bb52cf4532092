import { canonicalAddress } from '../address';

/**
 * Patterns of what a line may hold where somebody else chose the text. They are strict on purpose: a character that
 * could end the field, or begin what the PBX writes, makes the line unsafe. RFC 3261 section 25.1 allows more in most of
 * them than any account has.
 */
export const ACCOUNT = String.raw`[\w.+~*#%-]{1,128}`;
/** A domain, an IPv4 address or an IPv6 reference, with a port. */
export const DOMAIN = String.raw`[\w.:[\]-]{1,255}`;
/** A value between double quotes without anything that parts values. */
export const QUOTED = String.raw`[^",=\s]{0,255}`;
/** A Call-ID between parentheses. */
export const CALL_ID = String.raw`[\w.@:+~*%/!-]{1,255}`;
/** An address as programs print it, with or without brackets; {@link sourceOf} decides whether it is one. */
export const ADDRESS = String.raw`\[?[0-9a-fA-F:.]{2,45}\]?`;
/** An address that a port may follow after a colon: one of IPv6 is in brackets then. */
export const ADDRESS_BEFORE_PORT = String.raw`(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]{2,45}\])`;
/** A port as programs print it. */
export const PORT = String.raw`\d{1,5}`;

/** The canonical text of an address that was printed, or undefined for what is none. */
export function sourceOf(printed: string | undefined): string | undefined {
  if (printed === undefined) return undefined;
  return canonicalAddress(/^\[.*\]$/.test(printed) ? printed.slice(1, -1) : printed);
}

/** Whether packets of that transport come over a connection: who only writes an address on packets cannot open one. */
export function isConnection(transport: string): boolean {
  return /^(?:tcp|tls|ws|wss|sctp)$/i.test(transport);
}
