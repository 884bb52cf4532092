import { equals, firmwareKept, movedPort, portMoved, someUrl } from './requirement';
import type { HandsetFile, HandsetOptions, Requirement, Vendor } from './types';
import { comment, element, xmlDocument } from './xml';

function requirements(account: number): Requirement[] {
  return [
    {
      what: 'takes no call for a user other than its own (Strict UA Match)',
      level: 'required',
      anyOf: [equals('sip.StrictUAMatch', '1')],
    },
    portMoved('required', movedPort(`sip.line.${account}.SignalPort`), movedPort('sip.SIPPort')),
    {
      what: 'makes and takes no call by IP address',
      level: 'recommended',
      anyOf: [equals('call.port.1.AllowIPCall', '0')],
    },
    {
      what: 'refuses anonymous callers',
      level: 'recommended',
      anyOf: [equals(`sip.line.${account}.BanAnonymous`, '1')],
    },
    firmwareKept(someUrl('AUTOUPDATE_CONFIG_MODULE.Auto_Image_URL'), someUrl('fwCheck.UpgradeServer1')),
  ];
}

function files(options: HandsetOptions): HandsetFile[] {
  const { account, mac, sipPort, proxy, firmwareUrl, credentials } = options;
  const content = xmlDocument(
    '<sysConf>',
    element(1, 'Version', '2.0000000000'),
    ...(firmwareUrl === undefined
      ? []
      : [
          '  <AUTOUPDATE_CONFIG_MODULE>',
          element(2, 'Auto_Image_URL', firmwareUrl),
          '  </AUTOUPDATE_CONFIG_MODULE>',
        ]),
    '  <sip>',
    comment(
      2,
      'No Fanvil setting accepts SIP from the own servers only: see the phone firewall in docs/handsets.md',
    ),
    element(2, 'StrictUAMatch', 1),
    `    <line index="${account}">`,
    ...(credentials
      ? [
          element(3, 'PhoneNumber', credentials.user),
          element(3, 'DisplayName', credentials.displayName ?? credentials.user),
          element(3, 'RegisterAddr', credentials.server),
          element(3, 'RegisterUser', credentials.user),
          element(3, 'RegisterPswd', credentials.password),
          element(3, 'EnableReg', 1),
        ]
      : []),
    element(3, 'BanAnonymous', 1),
    sipPort === undefined ? '' : element(3, 'SignalPort', sipPort),
    proxy === undefined ? '' : element(3, 'ProxyAddr', proxy),
    '    </line>',
    '  </sip>',
    '  <call>',
    '    <port index="1">',
    element(3, 'AllowIPCall', 0),
    '    </port>',
    '  </call>',
    '</sysConf>',
  );
  return [{ name: mac === undefined ? 'fanvil.cfg' : `${mac}.cfg`, content }];
}

/** Fanvil X, V and H series with `sysConf` files. */
export const fanvil: Vendor = {
  id: 'fanvil',
  name: 'Fanvil',
  filter: 'none',
  caveats: [
    'No true equivalent: no setting in the file accepts SIP from the own servers only. Strict UA Match and a moved port (--sip-port) make ghost calls rare, not impossible.',
    "What comes closest is the phone's firewall (web page Security, Firewall): an input rule that allows the server's address, and one after it that denies all. Its names in the file could not be verified, so it is not written.",
    'Taken from provisioning systems in use, not from a guide: AllowIPCall, StrictUAMatch, BanAnonymous, SignalPort and their places in the file.',
  ],
  sources: [
    {
      title:
        '"How to reject anonymous calls on an IP phone" (bekiot.com, phones with the same software): firewall, Strict UA Matching',
      url: 'https://bekiot.com/faq/how-to-reject-anonymous-calls-on-an-ip-phone',
      kind: 'guide',
    },
    {
      title: 'sysConf templates of wazo-provd-plugins (wazo_fanvil, V and X series)',
      url: 'https://github.com/wazo-platform/wazo-provd-plugins',
      kind: 'use',
    },
    {
      title:
        'Fanvil VoIP Auto Provision Standard 1.1, 2012-04-12 (how files are fetched; it lists no filter)',
      url: 'https://docplayer.net/amp/15124352-Fanvil-voip-auto-provison-standard.html',
      kind: 'guide',
    },
  ],
  accounts: 20,
  files,
  requirements,
};
