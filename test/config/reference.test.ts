import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationReference, withReference } from '../../lib/config/reference';
import { environmentSchema } from '../../lib/config/schema';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'configuration.md'), 'utf8');
const reference = configurationReference();

/** Run `node scripts/configuration-docs.mjs` when this fails. */
test('docs/configuration.md is current', () => {
  expect(withReference(page, reference)).toBe(page);
});

test('every key is there, and says what it means', () => {
  for (const key of Object.keys(environmentSchema.shape)) expect(reference).toContain(`### \`${key}\``);
  const rows = reference.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows.length).toBeGreaterThan(40);
  for (const row of rows) expect(row).toMatch(/^\| `[^`]+` \| [^|]+ \| [^|]+ \| [A-Z`][^|]+\. \|$/);
});

test.each([
  '| `sip.ports` | list of number 1–65535 | `[5060,5061]` | Ports that carry SIP signalling, each over UDP and TCP. |',
  '| `voiceProxyRanges` | list of CIDR or address | `["103.55.116.0/24"]` | Addresses of the voice provider\'s proxies: admitted, and never banned. |',
  '| `vpc.id` | text | required | VPC that exists already. Nothing of it is changed. |',
  '| `networkAcl.slots.ipv4` | number 0–39 | – | Most IPv4 deny entries. Without it, what quota and numbers leave. |',
])('a key is shown with form, default and meaning: %s', (row) => {
  expect(reference).toContain(row);
});

test('a page without markers is refused rather than overwritten', () => {
  expect(() => withReference('# Configuration', reference)).toThrow(RangeError);
});
