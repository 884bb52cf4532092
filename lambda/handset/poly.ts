import { equals, firmwareKept, movedPort, portMoved, someUrl } from './requirement';
import type { HandsetFile, HandsetOptions, Requirement, Vendor } from './types';
import { comment, escapeXml, xmlDocument } from './xml';

/** The file that the master configuration file names. */
const SETTINGS_FILE = 'ringfence.cfg';
/** Poly administrator guides: the master file of a phone that has none of its own. */
const COMMON_MASTER = '000000000000.cfg';

function requirements(): Requirement[] {
  return [
    {
      what: 'validates INVITE requests',
      level: 'required',
      anyOf: [equals('voIpProt.SIP.requestValidation.1.request', 'INVITE')],
    },
    {
      what: 'accepts them from its registration servers only',
      level: 'required',
      anyOf: [
        equals('voIpProt.SIP.requestValidation.1.method', 'source'),
        equals('voIpProt.SIP.requestValidation.1.method', 'both'),
        equals('voIpProt.SIP.requestValidation.1.method', 'all'),
        equals(
          'voIpProt.SIP.requestValidation.1.method',
          'digest',
          'challenges instead: works only where the PBX answers the challenge',
        ),
      ],
    },
    portMoved('recommended', movedPort('voIpProt.local.port')),
    firmwareKept(someUrl('APP_FILE_PATH', 'in the master configuration file')),
  ];
}

function files(options: HandsetOptions): HandsetFile[] {
  const { mac, firmwareUrl } = options;
  const name = mac === undefined ? SETTINGS_FILE : `${mac}-${SETTINGS_FILE}`;
  const master = xmlDocument(
    '<APPLICATION',
    ...(firmwareUrl === undefined ? [] : [attribute('APP_FILE_PATH', firmwareUrl)]),
    `${attribute('CONFIG_FILES', name)} />`,
  );
  return [
    { name, content: settingsXml(options) },
    { name: mac === undefined ? COMMON_MASTER : `${mac}.cfg`, content: master },
  ];
}

function settingsXml({ account, sipPort, proxy, credentials }: HandsetOptions): string {
  const registration = `reg.${account}`;
  const attributes = [
    attribute('voIpProt.SIP.requestValidation.1.request', 'INVITE'),
    attribute('voIpProt.SIP.requestValidation.1.method', 'source'),
    ...(sipPort === undefined ? [] : [attribute('voIpProt.local.port', String(sipPort))]),
    ...(credentials
      ? [
          attribute(`${registration}.displayName`, credentials.displayName ?? credentials.user),
          attribute(`${registration}.address`, credentials.user),
          attribute(`${registration}.auth.userId`, credentials.user),
          attribute(`${registration}.auth.password`, credentials.password),
          attribute(`${registration}.server.1.address`, credentials.server),
        ]
      : []),
    ...(proxy === undefined ? [] : [attribute(`${registration}.outboundProxy.address`, proxy)]),
  ];
  return xmlDocument(
    comment(0, 'Ghost calls: incoming signaling validation, Poly/Polycom UC Software administrator guides'),
    '<PHONE_CONFIG>',
    '  <ALL',
    ...attributes,
    '  />',
    '</PHONE_CONFIG>',
  );
}

function attribute(name: string, value: string): string {
  return `    ${name}="${escapeXml(value)}"`;
}

/** Poly (Polycom) VVX, Trio, SoundPoint and CCX with UC Software. */
export const poly: Vendor = {
  id: 'poly',
  name: 'Poly',
  filter: 'source',
  caveats: [
    'Source validation knows the registration servers; where calls come from an outbound proxy or a second server, name it as a server of the registration too (the guides do not say whether outboundProxy counts).',
    'A refused INVITE is answered with 400, so the phone can still be found by a scanner, but does not ring.',
    'OBi phones and adapters have other parameters; none are written for them.',
  ],
  sources: [
    {
      title:
        "VVX Administrator's Guide Addendum, UC Software 4.1.6, page 57: voIpProt.SIP.requestValidation.x.method and .request",
      url: 'http://38.142.81.21:8001/manual/polycom/2200-46350-025/user-s-guide-english/page-57.html',
      kind: 'guide',
    },
    {
      title:
        'Administrator Guide SoundPoint IP / SoundStation IP, version 1.4.x, section 4.6.2.1.3.3 Request Validation',
      url: 'https://azmanual.top/manuals/183764/polycom-version-14x-17.html?page=125',
      kind: 'guide',
    },
    {
      title: '"Prevent ghost calls: Polycom VVX series": the same setting, and the 400 that it answers',
      url: 'http://www.philipgreco.com/prevent-ghost-calls-polycom-vvx-series/',
      kind: 'use',
    },
    { title: 'voIpProt.local.port and APP_FILE_PATH in provisioning systems in use', kind: 'use' },
  ],
  accounts: 48,
  files,
  requirements,
};
