import { formatCidr, parseCidr } from '../../../lambda/address';
import type { Ban } from '../../../lambda/blacklist/ban';

/** 2026-11-23T00:00:00Z, epoch seconds: the tests' now. */
export const NOW = 1_795_392_000;

/** A ban in force for another hour. The CIDR is the source's /32 or /64 unless given. */
export function ban(source: string, change: Partial<Ban> = {}): Ban {
  const parsed = parseCidr(source, { hostBits: 'mask' });
  const isAddress = !source.includes('/');
  const cidr = parsed.family === 6 && isAddress ? parseCidr(`${source}/64`, { hostBits: 'mask' }) : parsed;
  const text = formatCidr(cidr);
  return {
    schema: 1,
    key: parsed.family === 4 && isAddress ? source : text,
    source,
    cidr: text,
    bannedAt: NOW - 600,
    expiresAt: NOW + 3600,
    offence: 1,
    score: 10,
    evidence: [],
    forgeable: false,
    weight: 10,
    weightAt: NOW,
    origin: 'automatic',
    ...change,
  };
}
