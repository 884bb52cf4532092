import { checkHandsetFiles, type Verdict } from '../../lib/handset/check';
import type { VendorId } from '../../lambda/handset';

const check = (text: string, options = {}) => checkHandsetFiles([{ name: 'phone.cfg', text }], options);

/** Files as people have them: good, half-right and bad for each vendor. */
const FILES: readonly [VendorId, Verdict, string, string][] = [
  [
    'yealink',
    'good',
    'a phone before V81, by the account setting',
    '#!version:1.0.0.1\naccount.1.user_name = 200\nfeatures.direct_ip_call_enable = 0\naccount.1.sip_trust_ctrl = 1\n',
  ],
  [
    'yealink',
    'half-right',
    'only direct calls are off',
    '#!version:1.0.0.1\r\nfeatures.direct_ip_call_enable=0\r\nsip.trust_ctrl = 0\r\n',
  ],
  [
    'yealink',
    'half-right',
    'the setting is commented out',
    'features.direct_ip_call_enable = 0\n#sip.trust_ctrl = 1\n',
  ],
  ['yealink', 'bad', 'nothing is set', '#!version:1.0.0.1\naccount.1.user_name = 200\n'],
  ['yealink', 'bad', 'the last of two lines counts', 'sip.trust_ctrl = 1\nsip.trust_ctrl = 0\n'],
  [
    'snom',
    'good',
    'XML',
    '<settings><phone-settings><filter_registrar perm="">on</filter_registrar></phone-settings></settings>',
  ],
  ['snom', 'good', 'text', 'filter_registrar!: on\nuser_host1: pbx.example.com\n'],
  [
    'snom',
    'bad',
    'switched off',
    '<settings><phone-settings><filter_registrar perm="R">off</filter_registrar></phone-settings></settings>',
  ],
  [
    'grandstream',
    'good',
    'XML with white space',
    '<?xml version="1.0"?><gs_provision version="1"><config version="1"><P2347> 1 </P2347><P258>1</P258></config></gs_provision>',
  ],
  ['grandstream', 'good', 'a text template of an HT802', 'P243=1\nP258 = 1\n# P40 = 5060\n'],
  [
    'grandstream',
    'half-right',
    'proxy only',
    '<gs_provision><config><P2347>1</P2347><P258>0</P258></config></gs_provision>',
  ],
  ['grandstream', 'bad', 'neither', 'P2347 = 0\n'],
  [
    'poly',
    'good',
    'nested elements',
    '<polycomConfig><voIpProt><SIP voIpProt.SIP.requestValidation.1.request="INVITE" voIpProt.SIP.requestValidation.1.method="source"/></voIpProt></polycomConfig>',
  ],
  [
    'poly',
    'half-right',
    'validates REGISTER instead of INVITE',
    '<PHONE_CONFIG><ALL voIpProt.SIP.requestValidation.1.request="REGISTER" voIpProt.SIP.requestValidation.1.method="source"/></PHONE_CONFIG>',
  ],
  ['poly', 'bad', 'no validation', '<PHONE_CONFIG><ALL reg.1.address="200"/></PHONE_CONFIG>'],
  [
    'fanvil',
    'good',
    'XML',
    '<sysConf><sip><StrictUAMatch>1</StrictUAMatch><line index="1"><SignalPort>5160</SignalPort></line></sip></sysConf>',
  ],
  [
    'fanvil',
    'good',
    'the older text format',
    '<<VOIP CONFIG FILE>>Version:2.0002\nSIP  Port          :5160\nStrict UA Match    :1\n<<END OF FILE>>\n',
  ],
  [
    'fanvil',
    'half-right',
    'on the usual port',
    '<sysConf><sip><SIPPort>5060</SIPPort><StrictUAMatch>1</StrictUAMatch></sip></sysConf>',
  ],
  [
    'fanvil',
    'bad',
    'as from the factory',
    '<sysConf><sip><SIPPort>5060</SIPPort><StrictUAMatch>0</StrictUAMatch></sip></sysConf>',
  ],
];

it.each(FILES)('finds a %s file %s: %s', (vendor, verdict, _what, text) => {
  expect(check(text).map((report) => [report.vendor, report.verdict])).toEqual([[vendor, verdict]]);
});

it('says what is wrong, what is there and what it should be', () => {
  const [report] = check('#!version:1.0.0.1\nfeatures.direct_ip_call_enable = 1\n');
  expect(report?.findings.slice(0, 2)).toEqual([
    {
      what: 'takes no call that names an IP address instead of an account',
      level: 'required',
      status: 'wrong',
      key: 'features.direct_ip_call_enable',
      found: '1',
      want: '0',
    },
    {
      what: 'accepts SIP from its own servers only',
      level: 'required',
      status: 'missing',
      key: 'sip.trust_ctrl',
      want: '1',
      note: 'read by firmware V81 and later',
    },
  ]);
});

it('checks every account that a file sets up', () => {
  const text = [
    'features.direct_ip_call_enable = 0',
    'account.1.user_name = 200',
    'account.1.sip_trust_ctrl = 1',
    'account.3.user_name = 201',
  ].join('\n');
  expect(check(text).map(({ account, verdict }) => [account, verdict])).toEqual([
    [1, 'good'],
    [3, 'half-right'],
  ]);
});

it('takes the files of one phone together, a later one winning', () => {
  const common = { name: 'common.cfg', text: 'features.direct_ip_call_enable = 0\nsip.trust_ctrl = 1\n' };
  const phone = {
    name: 'mac.cfg',
    text: '#!version:1.0.0.1\naccount.1.user_name = 200\nsip.trust_ctrl = 0\n',
  };
  expect(checkHandsetFiles([common, { ...phone, text: phone.text.replace('= 0', '= 1') }])[0]?.verdict).toBe(
    'good',
  );
  expect(checkHandsetFiles([common, phone])[0]?.verdict).toBe('half-right');
});

it('refuses several files in one, as they stand on standard output', () => {
  expect(() => check('==> ringfence.cfg <==\n<PHONE_CONFIG/>\n\n==> 000000000000.cfg <==\n<A/>\n')).toThrow(
    /phone\.cfg holds several provisioning files after one another: write them with --output FOLDER/,
  );
});

it('refuses a file of no known vendor, and files of two', () => {
  expect(() => check('{"hello": "world"}')).toThrow(
    /phone\.cfg looks like no provisioning file of yealink, snom/,
  );
  const files = [
    { name: 'a', text: 'P2347=1\n' },
    { name: 'b', text: '#!version:1.0.0.1\n' },
  ];
  expect(() => checkHandsetFiles(files)).toThrow(
    'a is of grandstream and b of yealink: check one phone at a time',
  );
});

it('does not blow up on entities that a file nests', () => {
  const nested = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join(
    '',
  );
  const bomb = `<!DOCTYPE x [<!ENTITY e0 "on">${nested}]><settings><filter_registrar>&e12;</filter_registrar></settings>`;
  expect(check(bomb)[0]?.verdict).toBe('bad');
});
