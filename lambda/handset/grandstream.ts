import { equals, firmwareKept, movedPort, portMoved } from './requirement';
import type { Alternative, HandsetFile, HandsetOptions, Requirement, Vendor } from './types';
import { comment, element, xmlDocument } from './xml';

/** P-values of one account, GXP and GRP phones (configuration template of GXP21xx 1.0.8.4 and later). */
interface PValues {
  readonly proxyOnly: string;
  readonly checkUserId: string;
  readonly localPort: string;
  readonly active: string;
  readonly server: string;
  readonly outboundProxy: string;
  readonly user: string;
  readonly authUser: string;
  readonly password: string;
  readonly displayName: string;
}

const FIRST: PValues = {
  proxyOnly: 'P2347',
  checkUserId: 'P258',
  localPort: 'P40',
  active: 'P271',
  server: 'P47',
  outboundProxy: 'P48',
  user: 'P35',
  authUser: 'P36',
  password: 'P34',
  displayName: 'P3',
};

/** Accounts 2 and 3 are numbered from 400 and 500. */
function later(account: number): PValues {
  const base = 200 + 100 * account;
  return {
    proxyOnly: `P${2247 + 100 * account}`,
    checkUserId: `P${base + 49}`,
    localPort: `P${base + 40}`,
    active: `P${base + 1}`,
    server: `P${base + 2}`,
    outboundProxy: `P${base + 3}`,
    user: `P${base + 4}`,
    authUser: `P${base + 5}`,
    password: `P${base + 6}`,
    displayName: `P${base + 7}`,
  };
}

function pValues(account: number): PValues {
  return account === 1 ? FIRST : later(account);
}

const DIRECT_IP_CALL = 'P1310';
const FIRMWARE_PROTOCOL = 'P212';
const FIRMWARE_PATH = 'P192';
/** Values of P212. */
const PROTOCOLS: Readonly<Record<string, string>> = { tftp: '0', http: '1', https: '2', ftp: '3' };

function requirements(account: number): Requirement[] {
  const values = pValues(account);
  return [
    {
      what: 'accepts SIP from its proxy only',
      level: 'required',
      anyOf: [equals(values.proxyOnly, '1'), ...ataAlternatives(account)],
    },
    {
      what: 'takes no call for a user other than its own',
      level: 'required',
      anyOf: [equals(values.checkUserId, '1')],
    },
    {
      what: 'makes and takes no call by IP address',
      level: 'recommended',
      anyOf: [equals(DIRECT_IP_CALL, '1'), equals('P277', '1', 'HT adapters')],
    },
    portMoved('recommended', movedPort(values.localPort)),
    firmwareKept(somePath(FIRMWARE_PATH)),
  ];
}

/** HT80x adapters number their two ports otherwise. */
function ataAlternatives(account: number): Alternative[] {
  const key = ['P243', 'P743'][account - 1];
  return key === undefined ? [] : [equals(key, '1', 'HT80x adapters only')];
}

function somePath(key: string): Alternative {
  return {
    key,
    want: 'the server of current firmware',
    accepts: (found) => /^[^\s/]+\.[^\s]+/.test(found.trim()),
  };
}

function files(options: HandsetOptions): HandsetFile[] {
  const { account, sipPort, firmwareUrl, proxy, mac, credentials } = options;
  const values = pValues(account);
  const content = xmlDocument(
    '<gs_provision version="1">',
    mac === undefined ? '' : element(1, 'mac', mac),
    '  <config version="1">',
    comment(
      2,
      'Accept Incoming SIP from Proxy Only; Check SIP User ID for Incoming INVITE; Disable Direct IP Call',
    ),
    element(2, values.proxyOnly, 1),
    element(2, values.checkUserId, 1),
    element(2, DIRECT_IP_CALL, 1),
    sipPort === undefined ? '' : element(2, values.localPort, sipPort),
    ...firmwareLines(firmwareUrl),
    ...(credentials
      ? [
          element(2, values.active, 1),
          element(2, values.server, credentials.server),
          element(2, values.user, credentials.user),
          element(2, values.authUser, credentials.user),
          element(2, values.password, credentials.password),
          element(2, values.displayName, credentials.displayName ?? credentials.user),
        ]
      : []),
    proxy === undefined ? '' : element(2, values.outboundProxy, proxy),
    '  </config>',
    '</gs_provision>',
  );
  return [{ name: mac === undefined ? 'cfg.xml' : `cfg${mac}.xml`, content }];
}

/** The phone puts protocol and server together itself, and takes the file's name from its model. */
function firmwareLines(url: string | undefined): string[] {
  if (url === undefined) return [];
  const [scheme = '', rest = ''] = url.split('://', 2);
  return [
    element(2, FIRMWARE_PROTOCOL, PROTOCOLS[scheme] ?? ''),
    element(2, FIRMWARE_PATH, rest.replace(/\/+$/, '')),
  ];
}

/** Grandstream GXP and GRP phones. */
export const grandstream: Vendor = {
  id: 'grandstream',
  name: 'Grandstream',
  filter: 'request',
  caveats: [
    'The GXV34x0 guide says that "Accept Incoming SIP from Proxy Only" compares the address in the request with the account\'s SIP server, which a scanner may write itself; for other models the guides we could read do not say what is compared. Check SIP User ID is therefore required as well.',
    'HT80x adapters have P243 (port 1) and P743 (port 2) instead of P2347, and P277 instead of P1310.',
    'A call to an alias or a group that is not the SIP user ID is refused with P258 on.',
    'P-values of account 4 and up could not be verified.',
  ],
  sources: [
    {
      title:
        'GXV34x0 administration guide, Accept Incoming SIP from Proxy Only; Check SIP User ID for Incoming INVITE',
      url: 'https://www.easymanua.ls/grandstream-networks/gxv34-0-series/manual/1345305?p=46',
      kind: 'guide',
    },
    {
      title: 'GXV3380 administration guide 1.0.1.19, Only Accept SIP Requests from Known Servers',
      url: 'https://www.easymanua.ls/grandstream-networks/gxv3380/manual/279098?p=55',
      kind: 'guide',
    },
    {
      title: 'Configuration template for GXP21xx, firmware 1.0.8.4 (P-values), as published in a gist',
      url: 'https://gist.github.com/jensenbox/a68c928fea0dcf21b1670ec9203c5130',
      kind: 'guide',
    },
    { title: 'P2347, P2447, P2547; P258, P449, P549; P1310 in provisioning systems in use', kind: 'use' },
  ],
  accounts: 3,
  files,
  requirements,
};
