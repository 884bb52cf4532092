import { fanvil } from './fanvil';
import { grandstream } from './grandstream';
import { checkHandsetOptions } from './options';
import { poly } from './poly';
import { snom } from './snom';
import type { HandsetFile, HandsetOptions, Vendor, VendorId } from './types';
import { yealink } from './yealink';

export { HandsetError, macOf } from './options';
export type * from './types';

/** All vendors whose settings are known. */
export const VENDORS: Readonly<Record<VendorId, Vendor>> = { yealink, snom, grandstream, poly, fanvil };

/** Whether the word names a vendor. */
export function isVendorId(word: string): word is VendorId {
  return Object.hasOwn(VENDORS, word);
}

/**
 * The provisioning files of one vendor with the settings that stop ghost calls.
 * @throws HandsetError naming a value that a file cannot hold, and the bound
 */
export function handsetFiles(id: VendorId, options: HandsetOptions): HandsetFile[] {
  const vendor = VENDORS[id];
  return vendor.files(checkHandsetOptions(options, vendor));
}
