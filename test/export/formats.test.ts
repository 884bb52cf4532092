import fc from 'fast-check';
import { CidrSet, formatCidr, parseAddress, parseCidr } from '../../lambda/address';
import { EXPORT_FORMATS, exportListOf, parsePlainList, renderExport } from '../../lambda/export';

const listOf = (...cidrs: string[]) =>
  exportListOf(
    cidrs.map((text) => parseCidr(text)),
    CidrSet.empty,
  );
const list = listOf('198.51.100.7', '192.0.2.128/25', '2001:db8:1:2::/64', '2001:db8::7');
const empty = listOf();

/** Blocks of a small universe, so that they meet, nest and touch the allowlist often. */
const block = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }), fc.boolean())
  .map(([octet, length, six]) =>
    six
      ? parseCidr(`2001:db8::${octet.toString(16)}/${length + 96}`, { hostBits: 'mask' })
      : parseCidr(`198.51.100.${octet}/${length}`, { hostBits: 'mask' }),
  );
const blocks = fc.array(block, { maxLength: 12 });

describe('the list', () => {
  it('covers what is banned and not allowed, address by address, and nothing else (I1)', () => {
    fc.assert(
      fc.property(blocks, blocks, (banned, allowed) => {
        const allowlist = CidrSet.of(allowed);
        const exported = CidrSet.of(exportListOf(banned, allowlist).cidrs);
        const all = CidrSet.of(banned);
        for (let octet = 0; octet < 256; octet++) {
          for (const text of [`198.51.100.${octet}`, `2001:db8::${octet.toString(16)}`]) {
            const address = parseAddress(text);
            expect(exported.contains(address)).toBe(all.contains(address) && !allowlist.contains(address));
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has one digest for the same addresses, whatever blocks they came in', () => {
    expect(listOf('198.51.100.0/25', '198.51.100.128/25').digest).toBe(listOf('198.51.100.0/24').digest);
    expect(listOf('198.51.100.0/25').digest).not.toBe(listOf('198.51.100.0/24').digest);
  });

  it('splits /0, which ipset and WAFv2 refuse', () => {
    expect(listOf('0.0.0.0/0').cidrs.map(formatCidr)).toEqual(['0.0.0.0/1', '128.0.0.0/1']);
  });
});

describe('each format', () => {
  it.each(EXPORT_FORMATS)('%s is the same text for the same list (I12), and ends in a line end', (format) => {
    const text = renderExport(list, format);
    expect(
      renderExport(listOf('2001:db8::7', '192.0.2.128/25', '198.51.100.7', '2001:db8:1:2::/64'), format),
    ).toBe(text);
    expect(text.endsWith('\n')).toBe(true);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });

  it.each(EXPORT_FORMATS)('%s names every banned block of its families', (format) => {
    const text = renderExport(list, format);
    for (const part of ['198.51.100.7', '192.0.2.128']) expect(text).toContain(part);
    if (format !== 'iptables')
      for (const part of ['2001:db8:1:2::/64', '2001:db8::7']) expect(text).toContain(part);
  });

  it('plain is one address or CIDR a line and nothing else, and reads back as the same list', () => {
    expect(renderExport(list, 'plain')).toBe(
      '192.0.2.128/25\n198.51.100.7\n2001:db8::7\n2001:db8:1:2::/64\n',
    );
    expect(renderExport(empty, 'plain')).toBe('');
    fc.assert(
      fc.property(blocks, (banned) => {
        const made = exportListOf(banned, CidrSet.empty);
        expect(parsePlainList(renderExport(made, 'plain')).map(formatCidr)).toEqual(
          made.cidrs.map(formatCidr),
        );
      }),
    );
  });

  it('can be cut to one family', () => {
    expect(renderExport(list, 'plain', { family: 4 })).toBe('192.0.2.128/25\n198.51.100.7\n');
    expect(renderExport(list, 'iptables', { family: 6 })).toContain(
      '-A RINGFENCE -s 2001:db8::7/128 -j DROP\n',
    );
    expect(renderExport(list, 'ipset', { family: 6 })).not.toContain('ringfence4');
  });
});

describe('mikrotik', () => {
  const script = renderExport(list, 'mikrotik');
  const lines = script.trimEnd().split('\n');

  it('follows the grammar of RouterOS scripts: balanced brackets, one command a line', () => {
    for (const line of lines) {
      const stack: string[] = [];
      const closing: Record<string, string> = { ']': '[', ')': '(', '}': '{' };
      for (const character of line.replace(/"[^"]*"/g, '')) {
        if ('[({'.includes(character)) stack.push(character);
        if (character in closing) expect(stack.pop()).toBe(closing[character]);
      }
      expect(stack).toEqual([]);
      expect(line).toMatch(/^(?:#|:if |\/ip(?:v6)? firewall )/);
    }
  });

  it('points the rule at the new list after it is whole, and removes the old ones after that', () => {
    const at = (pattern: RegExp) => lines.findIndex((line) => pattern.test(line));
    const lastAdd = lines.findLastIndex((line) => /\/ip firewall address-list add/.test(line));
    const set = at(/\/ip firewall raw set/);
    const remove = at(/\/ip firewall address-list remove/);
    expect(lastAdd).toBeGreaterThan(0);
    expect(set).toBeGreaterThan(lastAdd);
    expect(remove).toBeGreaterThan(set);
    expect(lines[remove]).toContain(`list!="ringfence-${list.digest.slice(0, 12)}"`);
  });
});

describe('cisco', () => {
  it('follows the grammar of IOS object groups', () => {
    const address = String.raw`(?:\d{1,3}\.){3}\d{1,3}`;
    const grammar = new RegExp(
      `^(?:!.*|object-group (?:v6-)?network \\w+| (?:no )?host (?:${address}|[0-9a-f:]+)| (?:no )?${address} ${address}| (?:no )?[0-9a-f:]+/\\d+|exit|end|)$`,
    );
    for (const line of renderExport(list, 'cisco').split('\n')) expect(line).toMatch(grammar);
  });

  it('writes masks as IOS does', () => {
    expect(renderExport(list, 'cisco')).toContain('\n 192.0.2.128 255.255.255.128\n');
    expect(renderExport(list, 'cisco')).toContain('\n host 198.51.100.7\n');
  });

  it('adds what is new before it removes what is gone, and never empties a group that is in use', () => {
    const previous = [parseCidr('198.51.100.7'), parseCidr('203.0.113.9')];
    expect(
      renderExport(listOf('198.51.100.7', '192.0.2.1'), 'cisco', { previous, family: 4 })
        .split('\n')
        .slice(1),
    ).toEqual([
      'object-group network RINGFENCE',
      ' host 255.255.255.255',
      ' host 192.0.2.1',
      ' no host 203.0.113.9',
      'exit',
      'end',
      '',
    ]);
    expect(renderExport(empty, 'cisco', { family: 4 })).toContain(' host 255.255.255.255\n');
  });
});
