import {
  AddressError,
  canonicalAddress,
  compareAddresses,
  formatAddress,
  ipv4ToNumber,
  numberToIpv4,
  parseAddress,
  tryParseAddress,
} from '../../lambda/address';

describe('IPv4 text', () => {
  it.each([
    ['0.0.0.0', 0],
    ['0.0.0.1', 1],
    ['127.0.0.1', 0x7f000001],
    ['198.51.100.7', 0xc6336407],
    ['203.0.113.255', 0xcb0071ff],
    ['255.255.255.255', 0xffffffff],
  ])('reads %s as the unsigned number %d and writes it back', (text, value) => {
    expect(ipv4ToNumber(text)).toBe(value);
    expect(numberToIpv4(value)).toBe(text);
    expect(parseAddress(text)).toEqual({ family: 4, value: BigInt(value) });
    expect(canonicalAddress(text)).toBe(text);
  });

  it.each([
    ['octal as some read it', '010.0.0.1'],
    ['a leading zero in the last octet', '198.51.100.07'],
    ['a doubled zero', '00.0.0.0'],
    ['two octets', '10.1'],
    ['three octets', '198.51.100'],
    ['one number', '3325256711'],
    ['five octets', '198.51.100.7.9'],
    ['an empty octet', '198..100.7'],
    ['a dot before', '.198.51.100.7'],
    ['a dot after', '198.51.100.7.'],
    ['dots alone', '.......'],
    ['letters after', '1.2.3.4abc'],
    ['hex', '0xc6.51.100.7'],
    ['an octet of 256', '198.51.100.256'],
    ['an octet of 999', '198.51.100.999'],
    ['a four-digit octet', '198.51.100.1000'],
    ['a space before', ' 198.51.100.7'],
    ['a space after', '198.51.100.7 '],
    ['a space within', '198.51. 100.7'],
    ['a line end', '198.51.100.7\n'],
    ['a NUL', '198.51.100.7\0'],
    ['a sign', '+198.51.100.7'],
    ['a negative octet', '198.51.100.-7'],
    ['an exponent', '1e2.51.100.7'],
    ['a port', '198.51.100.7:5060'],
    ['Arabic-Indic digits', '١٩٨.51.100.7'],
    ['full-width digits', '１９８.51.100.7'],
    ['a full-width dot', '198．51.100.7'],
    ['a superscript', '198.51.100.²'],
    ['nothing', ''],
    ['a field that is missing', '-'],
    ['characters just below and above the digits', '1/2.3:4.5.6'],
  ])('refuses %s', (_what, text) => {
    expect(ipv4ToNumber(text)).toBe(-1);
    expect(tryParseAddress(text)).toBeUndefined();
    expect(canonicalAddress(text)).toBeUndefined();
  });
});

describe('IPv6 text', () => {
  it.each([
    ['::', 0n],
    ['::1', 1n],
    ['1::', 1n << 112n],
    ['2001:db8::7', 0x20010db8000000000000000000000007n],
    ['2001:DB8::AbCd', 0x20010db800000000000000000000abcdn],
    ['2001:0db8:0000:0000:0000:0000:0000:0007', 0x20010db8000000000000000000000007n],
    ['1:2:3:4:5:6:7::', 0x00010002000300040005000600070000n],
    ['::2:3:4:5:6:7:8', 0x00000002000300040005000600070008n],
    ['64:ff9b::198.51.100.7', 0x0064ff9b0000000000000000c6336407n],
    ['1:2:3:4:5:6:198.51.100.7', 0x000100020003000400050006c6336407n],
    ['::198.51.100.7', 0xc6336407n],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', (1n << 128n) - 1n],
    ['ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255', (1n << 128n) - 1n],
  ])('reads %s', (text, value) => {
    expect(parseAddress(text)).toEqual({ family: 6, value });
  });

  it.each([
    ['a zone', 'fe80::1%eth0'],
    ['a zone after a number', 'fe80::1%1'],
    ['brackets', '[2001:db8::7]'],
    ['a port', '[2001:db8::7]:5060'],
    ['seven groups', '1:2:3:4:5:6:7'],
    ['nine groups', '1:2:3:4:5:6:7:8:9'],
    ['eight groups and a gap', '1:2:3:4::5:6:7:8'],
    ['eight groups and a gap at the end', '1:2:3:4:5:6:7:8::'],
    ['eight groups and a gap at the beginning', '::1:2:3:4:5:6:7:8'],
    ['two gaps', '2001::db8::7'],
    ['two gaps beside each other', '2001::::7'],
    ['three colons', '2001:::7'],
    ['four colons', '::::'],
    ['one colon', ':'],
    ['a colon before', ':1:2:3:4:5:6:7'],
    ['a colon after', '1:2:3:4:5:6:7:'],
    ['a group of five digits', '2001:db8::00007'],
    ['a letter that is not hex', '2001:db8::g'],
    ['0x', '2001:db8::0x7'],
    ['a sign', '2001:db8::-7'],
    ['dotted decimal that is not last', '::198.51.100.7:1'],
    ['dotted decimal before the gap', '198.51.100.7::'],
    ['dotted decimal that is too long', '1:2:3:4:5:6:7:198.51.100.7'],
    ['octal within dotted decimal', '::ffff:010.0.0.1'],
    ['short dotted decimal', '::ffff:10.1'],
    ['a space before', ' 2001:db8::7'],
    ['a space after', '2001:db8::7 '],
    ['a line end', '2001:db8::7\n'],
    ['a NUL', '2001:db8::7\0'],
    ['full-width digits', '2001:db8::７'],
    ['a MAC address with dashes', '00-00-5e-00-53-01'],
    ['eight groups without colons', '20010db8000000000000000000000007'],
    ['more than the longest form', `${'0000:'.repeat(8)}:198.51.100.7`],
  ])('refuses %s', (_what, text) => {
    expect(tryParseAddress(text)).toBeUndefined();
  });

  // RFC 5952 sections 1, 2.1, 2.2, 2.3, 4.1, 4.2.2, 4.2.3 and 4.3, and what follows from them.
  it.each([
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8::1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8::0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:0:1::1', '2001:db8::1:0:0:1'],
    ['2001:db8:0000:0:1::1', '2001:db8::1:0:0:1'],
    ['2001:DB8:0:0:1::1', '2001:db8::1:0:0:1'],
    ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1'],
    ['2001:db8:aaaa:bbbb:cccc:dddd:0:1', '2001:db8:aaaa:bbbb:cccc:dddd:0:1'],
    ['2001:db8:0:0:0::1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:AAAA', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['64:ff9b::198.51.100.7', '64:ff9b::c633:6407'],
    ['::198.51.100.7', '::c633:6407'],
  ])('writes %s as %s', (text, canonical) => {
    expect(formatAddress(parseAddress(text))).toBe(canonical);
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    '::ffff:198.51.100.7',
    '::FFFF:198.51.100.7',
    '::ffff:c633:6407',
    '::ffff:C633:6407',
    '0:0:0:0:0:ffff:198.51.100.7',
    '0:0:0:0:0:ffff:c633:6407',
    '0000:0000:0000:0000:0000:ffff:198.51.100.7',
    '0::0:ffff:c633:6407',
    '::0:0:ffff:198.51.100.7',
  ])('takes %s for the IPv4 address it maps', (text) => {
    expect(parseAddress(text)).toEqual({ family: 4, value: 0xc6336407n });
    expect(canonicalAddress(text)).toBe('198.51.100.7');
  });

  it.each(['::fffe:c633:6407', '::1:ffff:c633:6407', '::ffff:0:c633:6407', '::c633:6407'])(
    'leaves %s, which only looks mapped, in IPv6',
    (text) => expect(parseAddress(text).family).toBe(6),
  );
});

describe('the error', () => {
  it('names the text, what is wrong and the remedy', () => {
    expect(() => parseAddress('010.0.0.1')).toThrow(
      new AddressError(
        '010.0.0.1',
        'is not an IP address: write 198.51.100.7 or 2001:db8::7, without spaces or leading zeros',
      ),
    );
  });

  it('keeps the text and its name', () => {
    const error = new AddressError('x', 'is no address');
    expect(error).toMatchObject({ name: 'AddressError', text: 'x', message: '"x" is no address' });
  });

  it('shows no control characters', () => {
    expect(() => parseAddress('1.2.3.4\u001b[31m\n')).toThrow('"1.2.3.4\\u001b[31m\\n" is not');
  });
});

describe('order', () => {
  it('puts IPv4 before IPv6 and orders by value within a family', () => {
    const texts = ['2001:db8::7', '203.0.113.1', '::', '198.51.100.7', '10.0.0.1', '2001:db8::10'];
    const sorted = texts.map(parseAddress).sort(compareAddresses).map(formatAddress);
    expect(sorted).toEqual(['10.0.0.1', '198.51.100.7', '203.0.113.1', '::', '2001:db8::7', '2001:db8::10']);
    expect(compareAddresses(parseAddress('::1'), parseAddress('0::1'))).toBe(0);
  });
});
