import fc from 'fast-check';
import { handsetFiles, type HandsetOptions, type VendorId, VENDORS } from '../../lambda/handset';
import { checkHandsetFiles } from '../../lib/handset/check';

const ids = Object.keys(VENDORS) as VendorId[];
const named = (id: VendorId, options: HandsetOptions) =>
  handsetFiles(id, options).map(({ name, content }) => ({ name, text: content }));

describe('the files of each vendor', () => {
  it.each(ids)('of %s pass the check of that vendor, for every account', (id) => {
    for (let account = 1; account <= VENDORS[id].accounts; account++) {
      const reports = checkHandsetFiles(named(id, { account, sipPort: 5160 }), { account });
      expect(reports.map(({ vendor, verdict }) => ({ vendor, verdict }))).toEqual([
        { vendor: id, verdict: 'good' },
      ]);
    }
  });

  it.each(ids)('of %s hold what they are given, and nothing of it can break out of its place', (id) => {
    const text = fc.string({
      minLength: 1,
      maxLength: 20,
      unit: fc.constantFrom(...Array.from('aZ0<>&"\'=:#;/-éx')),
    });
    fc.assert(
      fc.property(text, text, (user, password) => {
        const credentials = { server: 'pbx.example.com', user, password };
        const files = named(id, { account: 1, sipPort: 5160, mac: '001565aabbcc', credentials });
        const [report] = checkHandsetFiles(files, { account: 1, vendor: id });
        expect(report?.verdict).toBe('good');
        // A value on a line of its own must not add lines.
        const plain = handsetFiles(id, {
          account: 1,
          sipPort: 5160,
          mac: '001565aabbcc',
          credentials: { ...credentials, user: 'u', password: 'p' },
        });
        expect(files.map(({ text: file }) => file.split('\n').length)).toEqual(
          plain.map(({ content }) => content.split('\n').length),
        );
      }),
    );
  });

  it.each(ids)('of %s name their sources and, where there is no true equivalent, say so', (id) => {
    const { sources, filter, caveats } = VENDORS[id];
    expect(sources.length).toBeGreaterThanOrEqual(3);
    expect(sources.every(({ title }) => title.length > 20)).toBe(true);
    expect(caveats.some((caveat) => /no true equivalent/i.test(caveat))).toBe(filter === 'none');
  });
});

describe('Yealink', () => {
  const [common, phone] = handsetFiles('yealink', {
    account: 2,
    sipPort: 5160,
    firmwareUrl: 'https://fw.example.com/T46U.rom',
    proxy: '203.0.113.9',
    mac: '00:15:65:AA:BB:CC',
  });

  it('files begin with the line without which the phone reads nothing', () => {
    expect(common?.content.split('\n')[0]).toBe('#!version:1.0.0.1');
    expect(phone?.content.split('\n')[0]).toBe('#!version:1.0.0.1');
  });

  it('has a common file and one named after the MAC address', () => {
    expect([common?.name, phone?.name]).toEqual(['y0000000000xx.cfg', '001565aabbcc.cfg']);
  });

  it.each([
    'features.direct_ip_call_enable = 0',
    'sip.trust_ctrl = 1',
    'account.2.sip_trust_ctrl = 1',
    'sip.listen_port = 5160',
    'static.firmware.url = https://fw.example.com/T46U.rom',
    'account.2.outbound_proxy.1.address = 203.0.113.9',
  ])('says %s', (line) => {
    expect(phone?.content.split('\n')).toContain(line);
  });
});

it.each<[VendorId, string]>([
  ['snom', '<filter_registrar perm="">on</filter_registrar>'],
  ['snom', '<network_id_port perm="">5160</network_id_port>'],
  ['grandstream', '<P2347>1</P2347>'],
  ['grandstream', '<P258>1</P258>'],
  ['grandstream', '<P40>5160</P40>'],
  ['poly', 'voIpProt.SIP.requestValidation.1.request="INVITE"'],
  ['poly', 'voIpProt.SIP.requestValidation.1.method="source"'],
  ['poly', 'voIpProt.local.port="5160"'],
  ['fanvil', '<SignalPort>5160</SignalPort>'],
  ['fanvil', '<StrictUAMatch>1</StrictUAMatch>'],
])('%s says %s', (id, setting) => {
  expect(handsetFiles(id, { account: 1, sipPort: 5160 })[0]?.content).toContain(setting);
});

it.each<[Partial<HandsetOptions>, RegExp]>([
  [{ account: 0 }, /account 0: write a whole number from 1 to 3/],
  [{ account: 4 }, /account 4: write a whole number from 1 to 3 \(Grandstream setting names are known/],
  [{ sipPort: 65_536 }, /SIP port 65536: write a whole number from 1 to 65535/],
  [{ sipPort: 5060.5 }, /SIP port 5060\.5/],
  [{ firmwareUrl: 'javascript:alert(1)' }, /firmware URL "javascript:alert\(1\)" is none/],
  [{ firmwareUrl: 'https://fw.example.com/a\nP2=admin' }, /firmware URL .* is none/],
  [{ proxy: 'sip.example.com:5060' }, /proxy "sip\.example\.com:5060" is no host/],
  [{ proxy: '300.1.1.1' }, /proxy "300\.1\.1\.1" is no host/],
  [{ mac: '001565aabbc' }, /MAC address "001565aabbc" is none/],
  [{ credentials: { server: 'x', user: 'a\nb', password: 'p' } }, /user cannot be written/],
])('refuses %j and says how it should be', (wrong, message) => {
  expect(() => handsetFiles('grandstream', { account: 1, ...wrong })).toThrow(message);
});

it('never shows a password that it refuses', () => {
  const credentials = { server: 'pbx.example.com', user: '200', password: 'se\ncret' };
  expect(() => handsetFiles('snom', { account: 1, credentials })).toThrow(
    /^password cannot be written(?!.*cret)/,
  );
});
