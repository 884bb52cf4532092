/**
 * User agents of programs that look for SIP services and passwords, as they come without being changed: SIPVicious
 * (`friendly-scanner`, and its own name), sipcli, VaxSIPUserAgent, sundayddr, pplsip, iWar, sip-scan, SIPScan, smap,
 * sipsak, Test Agent of svcrash, eyeBeam's forger `eyeBeam release 3006o`. Kamailio's example configuration and published
 * blocking rules list most of them. sipsak is a tester's tool too: whoever tests from outside is on the allowlist.
 */
const SCANNERS = [
  'friendly-scanner',
  'friendly-request',
  'sipvicious',
  'sipcli',
  'sip-scan',
  'sipscan',
  'vaxsipuseragent',
  'sundayddr',
  'pplsip',
  'iwar',
  'smap',
  'sipsak',
  'sipptk',
] as const;

/** The scanner that a user agent names, in lower case, or undefined. The name is ours, not what was sent. */
export function scannerIn(agent: string): string | undefined {
  const text = agent.toLowerCase();
  return SCANNERS.find((name) => new RegExp(`(?:^|[^a-z])${name}(?:[^a-z]|$)`).test(text));
}

/** Whether a user agent names a scanner. */
export function isScannerAgent(agent: string): boolean {
  return scannerIn(agent) !== undefined;
}
