import fc from 'fast-check';
import { formatCidr } from '../../lambda/address';
import { parseFeedText, type FeedFormat } from '../../lambda/feeds';

const read = (text: string, format: FeedFormat = 'auto') => {
  const { cidrs, ...about } = parseFeedText(text, format);
  return { cidrs: cidrs.map(formatCidr), ...about };
};

/** The formats of the feeds that people use, in a few lines each. */
it.each<[string, string, string[]]>([
  ['blocklist.de', '198.51.100.7\n2001:db8::7\n', ['198.51.100.7/32', '2001:db8::7/128']],
  [
    'VoIPBL',
    '# VoIPBL - VoIP Black List\n# Last update\n198.51.100.0/24\n192.0.2.1/32\n',
    ['198.51.100.0/24', '192.0.2.1/32'],
  ],
  [
    'Spamhaus DROP as text',
    '; Spamhaus DROP List 2026/11/20\n; Last-Modified: Fri, 20 Nov 2026 10:00:00 GMT\n192.0.2.0/24 ; SBL000001\n',
    ['192.0.2.0/24'],
  ],
  [
    'Spamhaus DROP as JSON lines',
    '{"cidr":"192.0.2.0/24","sblid":"SBL000001","rir":"apnic"}\n{"type":"metadata","timestamp":1795391000,"records":1}\n',
    ['192.0.2.0/24'],
  ],
  [
    'APIBAN',
    '{"ipaddress":["198.51.100.7","192.0.2.1"],"ID":"1795391000"}',
    ['198.51.100.7/32', '192.0.2.1/32'],
  ],
  [
    'a JSON array of objects',
    '[{"ip":"198.51.100.7","score":90},{"ip":"192.0.2.1"}]',
    ['198.51.100.7/32', '192.0.2.1/32'],
  ],
  ['CSV with a header', 'first_seen,ip,comment\n"2026-11-20","198.51.100.7","a, b"\n', ['198.51.100.7/32']],
  ['CSV with semicolons', 'ip;seen\n198.51.100.7;3\n', ['198.51.100.7/32']],
  ['CSV without a header', '198.51.100.7,sip,3\n192.0.2.1,sip,1\n', ['198.51.100.7/32', '192.0.2.1/32']],
  [
    'Windows line ends and a byte order mark',
    '\uFEFF198.51.100.7\r\n192.0.2.1\r\n',
    ['198.51.100.7/32', '192.0.2.1/32'],
  ],
  ['a block with host bits', '198.51.100.7/24\n', ['198.51.100.0/24']],
])('reads %s', (_what, text, cidrs) => {
  expect(read(text)).toMatchObject({ cidrs, rejectedCount: 0 });
});

it('takes what a feed says of itself', () => {
  expect(read('; Last-Modified: Fri, 20 Nov 2026 10:00:00 GMT\n; entries: 2\n192.0.2.1\n')).toMatchObject({
    listedAt: Date.UTC(2026, 10, 20, 10) / 1000,
    declared: 2,
  });
});

it.each([
  '010.0.0.1',
  '198.51.100',
  '198.51.100.7-198.51.100.9',
  'scanner.example.com',
  '1.2.3.4/33',
  '0x7f.1',
  '::ffff:1.2.3.4/64',
])('rejects %s, and never guesses', (text) => {
  expect(read(`${text}\n`, 'plain')).toMatchObject({ cidrs: [], rejectedCount: 1 });
});

it('makes what it rejects safe to print', () => {
  const { rejected } = read('\u001b[2J\u202Eevil\n'.repeat(20), 'plain');
  expect(rejected).toHaveLength(5);
  expect(rejected.join('')).not.toMatch(/\p{C}/u);
});

it('neither fails nor hangs on any text', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 300, unit: 'binary' }),
      fc.constantFrom<FeedFormat>('auto', 'plain', 'csv', 'json'),
      (text, format) => {
        expect(read(text, format).rejected.length).toBeLessThanOrEqual(5);
      },
    ),
  );
});
