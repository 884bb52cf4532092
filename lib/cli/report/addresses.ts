import { tryParseCidr } from '../../../lambda/address';
import { html, type Html } from '../../../lambda/widget/html';

/**
 * Text that sorts as the address or CIDR does: IPv4 before IPv6, then by value, wide before narrow. It never looks like
 * a number, which the page's script would sort by value.
 */
export function addressOrder(text: string): string {
  const cidr = tryParseCidr(text);
  if (cidr === undefined) return text;
  const digits = cidr.first.toString(16).padStart(32, '0');
  return `v${cidr.family}:${digits}/${String(cidr.prefixLength).padStart(3, '0')}`;
}

/** An address or CIDR in a fixed-width face: IPv4 on one line, IPv6 broken where a phone has no room. */
export function addressCode(text: string): Html {
  return text.includes(':') ? html`<code>${text}</code>` : html`<code class="whole">${text}</code>`;
}
