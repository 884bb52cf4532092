import { canonicalCidr, expandedCidr, hasHostBits, parseCidr } from '../../../lib/local/aws/cidr';
import type { Cidr } from '../../../lib/local/aws/cidr';

const parsed = (text: string): Cidr => {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new Error(`${text} is not a CIDR block`);
  return cidr;
};

test.each([
  ['198.51.100.7/32', '198.51.100.7/32', '198.51.100.7/32'],
  ['255.255.255.255/1', '128.0.0.0/1', '128.0.0.0/1'],
  ['0.0.0.0/0', '0.0.0.0/0', '0.0.0.0/0'],
  ['::/0', '::/0', '0000:0000:0000:0000:0000:0000:0000:0000/0'],
  ['::1/128', '::1/128', '0000:0000:0000:0000:0000:0000:0000:0001/128'],
  ['2001:DB8:0:1:0:0:0:9/64', '2001:db8:0:1::/64', '2001:0db8:0000:0001:0000:0000:0000:0000/64'],
  ['2001:db8::/32', '2001:db8::/32', '2001:0db8:0000:0000:0000:0000:0000:0000/32'],
  ['1:2:3:4:5:6:7:8/128', '1:2:3:4:5:6:7:8/128', '0001:0002:0003:0004:0005:0006:0007:0008/128'],
  ['::ffff:198.51.100.7/128', '::ffff:c633:6407/128', '0000:0000:0000:0000:0000:ffff:c633:6407/128'],
])('%s is %s, or %s in full', (text, canonical, expanded) => {
  expect(canonicalCidr(parsed(text))).toBe(canonical);
  expect(expandedCidr(parsed(text))).toBe(expanded);
});

test.each([
  '',
  '/',
  '198.51.100.7',
  '198.51.100.7/',
  '198.51.100.7/33',
  '198.51.100.7/-1',
  '198.51.100.7/032',
  '198.51.100.7/1e1',
  ' 198.51.100.7/32',
  '198.51.100/24',
  '198.51.100.256/32',
  '0xc6336407/32',
  '2001:db8::/129',
  '2001:db8:::/64',
  'fe80::1%1/64',
  '[2001:db8::]/64',
])('%j is not a CIDR block', (text) => {
  expect(parseCidr(text)).toBeUndefined();
});

test.each([
  ['198.51.100.66/29', true],
  ['198.51.100.64/29', false],
  ['198.51.100.66/32', false],
  ['2001:db8::1/64', true],
  ['2001:db8::/64', false],
])('host bits of %s are set: %s', (text, expected) => {
  expect(hasHostBits(parsed(text))).toBe(expected);
});
