import { numberToIpv4 } from './ip-address';

/** Addresses whose texts are remembered: those of a busy site's sources. */
const MOST_TEXTS = 16_384;

/**
 * Texts of IPv4 addresses: the same one for the same number as long as it is remembered, so that what compares equal
 * need not be read, and what was hashed once is not hashed again.
 */
export class Ipv4Texts {
  readonly #texts = new Map<number, string>();

  /** @param address an unsigned number */
  of(address: number): string {
    const known = this.#texts.get(address);
    if (known !== undefined) return known;
    if (this.#texts.size >= MOST_TEXTS) this.#texts.clear();
    const text = numberToIpv4(address);
    this.#texts.set(address, text);
    return text;
  }
}
