import { formatAddress, printable, tryParseAddress } from '../address';
import type { HandsetAccount, HandsetOptions, Vendor } from './types';

/** A value that a provisioning file cannot hold. The message names it, the bound and the remedy. */
export class HandsetError extends Error {
  override readonly name = 'HandsetError';
}

/** RFC 1123 section 2.1, as in `Vendor.files` nothing else could be told from the file's own grammar. */
const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;
/** Schemes that all five vendors' phones fetch from; no character that ends a value in any of the grammars. */
const FIRMWARE_URL = /^(?:https?|ftp|tftp):\/\/[^\s"'<>&\\]{1,400}$/;
const CONTROL = /\p{C}/u;

/**
 * Checks and normalises what a file is written for: MAC addresses lose their separators, addresses become canonical.
 * @throws HandsetError naming the value and what to write instead
 */
export function checkHandsetOptions(options: HandsetOptions, vendor: Vendor): HandsetOptions {
  const { account, sipPort, firmwareUrl, proxy, mac, credentials } = options;
  requireWhole('account', account, 1, vendor.accounts, `${vendor.name} setting names are known for those`);
  if (sipPort !== undefined) requireWhole('SIP port', sipPort, 1, 65_535, 'UDP has those ports');
  if (firmwareUrl !== undefined && !FIRMWARE_URL.test(firmwareUrl)) {
    throw new HandsetError(
      `firmware URL "${printable(firmwareUrl)}" is none: write http://, https://, ftp:// or tftp:// and no spaces, quotes, & or angle brackets`,
    );
  }
  return {
    ...options,
    ...(proxy !== undefined && { proxy: hostOf('proxy', proxy) }),
    ...(mac !== undefined && { mac: macOf(mac) }),
    ...(credentials && { credentials: accountOf(credentials) }),
  };
}

/**
 * The 12 hexadecimal digits of a MAC address, in lower case.
 * @throws HandsetError
 */
export function macOf(text: string): string {
  const digits = text.replace(/[:.-]/g, '').toLowerCase();
  if (/^[0-9a-f]{12}$/.test(digits)) return digits;
  throw new HandsetError(
    `MAC address "${printable(text)}" is none: write 12 hexadecimal digits like 001565aabbcc`,
  );
}

/** A host name, or the canonical text of an address. @throws HandsetError */
function hostOf(what: string, text: string): string {
  const address = tryParseAddress(text);
  if (address !== undefined) return formatAddress(address);
  if (HOST_NAME.test(text) && !/^[\d.]+$/.test(text)) return text.toLowerCase();
  throw new HandsetError(
    `${what} "${printable(text)}" is no host: write a name like sip.example.com or an address, without port`,
  );
}

function accountOf({ server, user, password, displayName }: HandsetAccount): HandsetAccount {
  const texts = { user, password, ...(displayName !== undefined && { displayName }) };
  for (const [what, text] of Object.entries(texts)) {
    // The password is never shown, not even where it is wrong.
    if (text === '' || text.length > 128 || CONTROL.test(text) || text !== text.trim()) {
      throw new HandsetError(
        `${what} cannot be written: 1 to 128 characters, no line ends, no space around it`,
      );
    }
  }
  return { ...texts, server: hostOf('server', server) };
}

function requireWhole(what: string, value: number, least: number, most: number, why: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new HandsetError(`${what} ${value}: write a whole number from ${least} to ${most} (${why})`);
}
