import { AddressError } from '../../lambda/address';
import {
  effectiveAllowlist,
  networkKey,
  parsePortRange,
  SiteError,
  sourceKey,
  topologyOf,
  trafficOn,
} from '../../lambda/detection';
import { SITE, TCP, UDP } from '../support/detection-records';

describe('a site', () => {
  test('allows what is configured, what is ours, the provider and what operators allow', () => {
    const allowlist = effectiveAllowlist(SITE, ['198.51.100.64/26']);
    const allowed = ['203.0.113.8', '10.20.1.1', '203.0.113.111', '203.0.113.143', '198.51.100.64'];
    const others = ['203.0.113.9', '10.20.2.1', '203.0.113.112', '203.0.113.144', '198.51.100.63'];
    expect(allowed.filter((address) => !allowlist.containsText(address))).toEqual([]);
    expect(others.filter((address) => allowlist.containsText(address))).toEqual([]);
  });

  test('needs no media ranges', () => {
    const { mediaRanges, ...site } = SITE;
    expect(mediaRanges).toHaveLength(1);
    expect(effectiveAllowlist(site, []).containsText('203.0.113.130')).toBe(false);
  });

  test('with a CIDR that is none is an error', () => {
    expect(() => effectiveAllowlist(SITE, ['198.51.100.0/33'])).toThrow(AddressError);
    expect(() => topologyOf({ ...SITE, ownCidrs: ['10.20.1.0'.concat('/40')] })).toThrow(AddressError);
  });

  test.each([
    '',
    '10000',
    '10000-',
    '10000-9999',
    '0-100',
    '1-65536',
    '1-2-3',
    ' 1-2',
    '1 - 2',
    '100000-100001',
  ])('with the port range "%s" is an error that says what one looks like', (text) => {
    expect(() => parsePortRange(text)).toThrow(SiteError);
    expect(() => parsePortRange(text)).toThrow(`"${text}" is not a port range`);
  });

  test('a port range may be one port', () => {
    expect(parsePortRange('65535-65535')).toEqual({ first: 65_535, last: 65_535 });
  });
});

test.each([
  [UDP, 5060, 'sip'],
  [TCP, 5061, 'sip'],
  [UDP, 5062, 'sip-like'],
  [TCP, 8060, 'sip-like'],
  [UDP, 9999, 'other'],
  [UDP, 10_000, 'media'],
  [UDP, 20_000, 'media'],
  [UDP, 20_001, 'other'],
  [TCP, 10_000, 'other'],
  [1, 5060, 'other'],
] as const)('protocol %i on port %i is %s', (protocol, port, traffic) => {
  expect(trafficOn(protocol, port, topologyOf(SITE))).toBe(traffic);
});

test('a SIP port within the media range is SIP', () => {
  const topology = topologyOf({ ...SITE, sip: { ports: [15_060], rtp: '10000-20000' } });
  expect(trafficOn(UDP, 15_060, topology)).toBe('sip');
  expect(trafficOn(UDP, 5060, topology)).toBe('sip-like');
});

test.each([
  ['198.51.100.7', '198.51.100.7', '198.51.100.0/24'],
  ['2001:db8:66:1::7', '2001:db8:66:1::/64', '2001:db8:66::/48'],
  ['2001:db8:66:1:ffff:ffff:ffff:ffff', '2001:db8:66:1::/64', '2001:db8:66::/48'],
])('%s is known as %s, in the neighbourhood %s', (address, key, network) => {
  expect(sourceKey(address)).toBe(key);
  expect(networkKey(address)).toBe(network);
});

test('an IPv4-mapped address is the IPv4 one', () => {
  expect(sourceKey('::ffff:198.51.100.7')).toBe('198.51.100.7');
});
