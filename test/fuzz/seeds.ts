import { constants, deflateRawSync } from 'node:zlib';

const V2 =
  '2 123456789012 eni-0a1b2c3d4e5f60718 198.51.100.7 10.20.0.10 5060 5060 17 1 441 1764000000 1764000059 ACCEPT OK';
const V5 = `${V2} vpc-0a1 subnet-0a1 i-0a1 0 IPv4 198.51.100.7 10.20.0.10 ap-southeast-2 apse2-az1 - - ingress -`;
const NODATA = '2 123456789012 eni-0a1b2c3d4e5f60718 - - - - - - - 1764000000 1764000059 - NODATA';
const SIX = V2.replace('198.51.100.7', '2001:db8:bad::7').replace('10.20.0.10', '2001:db8:1::10');
const SHORT = '198.51.100.7 10.20.0.10 5060 5060 17 3 1764000000 1764000059';
const ODD = '198.51.100.7 10.20.0.10 5060 40000 1764000059 1764000000 3 6 441 REJECT 2 ingress';

const chosen = (choice: number, text: string | Buffer): Buffer =>
  Buffer.concat([Buffer.of(choice), Buffer.from(text)]);
const LOG = [V2, NODATA, V2.replace('.7 ', '.8 '), SHORT, V5, ODD].join('\n').repeat(3);
const payload = (messages: readonly string[], messageType = 'DATA_MESSAGE'): string =>
  JSON.stringify({
    messageType,
    owner: '123456789012',
    logGroup: '/ringfence/dev/flow-log',
    logStream: 'eni-0a1b2c3d4e5f60718-all',
    subscriptionFilters: ['ringfence'],
    logEvents: messages.map((message, i) => ({
      id: `3904573826394857293847${String(i).padStart(34, '0')}`,
      timestamp: 1764000139000 + i,
      message,
    })),
  });

/** Where each target begins: ordinary inputs of every kind. */
export const SEEDS: Readonly<Record<string, readonly Buffer[]>> = {
  parser: [chosen(0, V2), chosen(0, NODATA), chosen(0, SIX), chosen(1, V5), chosen(2, SHORT), chosen(3, ODD)],
  scanner: [
    chosen(20, `${V2}\n${NODATA}\n${SIX}\n${V2}\r\n`),
    chosen(140, `${V2}\n${V2}\n`),
    chosen(141, `${V5}\n${V5}\n`),
    chosen(
      7,
      `version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n${V2}\n`,
    ),
  ],
  payload: [
    chosen(2, payload([V2, V2.replace('.7 ', '.8 '), SIX, NODATA])),
    chosen(3, payload([], 'CONTROL_MESSAGE')),
    chosen(4, payload([`${V2}\n`, 'nonsense "quoted" \\ \u00e9 \u{1f600}'])),
    chosen(0, 'H4sIAAAAAAAAAw=='),
    chosen(1, '\u001f\u008b'),
  ],
  gzip: [
    chosen(0, deflateRawSync(LOG)),
    chosen(9, deflateRawSync(LOG, { level: 1, memLevel: 1 })),
    chosen(255, deflateRawSync(LOG, { strategy: constants.Z_HUFFMAN_ONLY })),
    chosen(1, deflateRawSync(LOG, { strategy: constants.Z_FIXED, windowBits: 9 })),
    chosen(2, deflateRawSync(V2, { level: 0 })),
    chosen(3, deflateRawSync('ab'.repeat(5000), { strategy: constants.Z_RLE })),
  ],
  cidr: ['198.51.100.0/24', '2001:db8::/32', '::ffff:198.51.100.0/120', '198.51.100.7', '::', '::1/128'].map(
    (text) => Buffer.from(text),
  ),
};
