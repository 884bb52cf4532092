import type { Environment } from './environment';

/** Ports that SIP is served on: `sip.ports`, the first one replaced by the alternative port where there is one. */
export function servicePorts({ sip }: Pick<Environment, 'sip'>): number[] {
  if (sip.alternativePort === undefined) return [...sip.ports];
  return [sip.alternativePort, ...sip.ports.slice(1)];
}

/** The port that SIP was moved away from, closed and watched, or undefined where it was not moved. */
export function tripwirePort({ sip }: Pick<Environment, 'sip'>): number | undefined {
  return sip.alternativePort === undefined ? undefined : sip.ports[0];
}

/** Every port whose traffic counts as SIP: served, moved away from, and forwarded ones on either side. */
export function watchedPorts({ sip, forwarding }: Pick<Environment, 'sip' | 'forwarding'>): number[] {
  const alternative = sip.alternativePort === undefined ? [] : [sip.alternativePort];
  const forwarded = (forwarding?.listeners ?? []).flatMap(({ port, targetPort = port }) => [
    port,
    targetPort,
  ]);
  return [...new Set([...sip.ports, ...alternative, ...forwarded])];
}
