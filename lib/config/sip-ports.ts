import type { Environment } from './environment';

/** Ports that SIP is served on: `sip.ports`, the first one replaced by the alternative port where there is one. */
export function servicePorts({ sip }: Pick<Environment, 'sip'>): number[] {
  if (sip.alternativePort === undefined) return [...sip.ports];
  return [sip.alternativePort, ...sip.ports.slice(1)];
}

/** The ports that SIP was moved away from, closed and watched; none where it was not moved, or is still forwarded. */
export function tripwirePorts({ sip, forwarding }: Pick<Environment, 'sip' | 'forwarding'>): number[] {
  if (sip.alternativePort === undefined) return [];
  const forwarded = forwardedPorts(forwarding);
  return sip.ports.slice(0, 1).filter((port) => !forwarded.includes(port));
}

/** Every port whose traffic counts as SIP: served, moved away from, and forwarded ones on either side. */
export function watchedPorts({ sip, forwarding }: Pick<Environment, 'sip' | 'forwarding'>): number[] {
  const alternative = sip.alternativePort === undefined ? [] : [sip.alternativePort];
  return [...new Set([...sip.ports, ...alternative, ...forwardedPorts(forwarding)])];
}

/** What callers and voice servers see of a load balancer: its listeners' ports and their targets'. */
function forwardedPorts(forwarding: Environment['forwarding']): number[] {
  return (forwarding?.listeners ?? []).flatMap(({ port, targetPort = port }) => [port, targetPort]);
}
