import { equals, firmwareKept, movedPort, portMoved, someUrl } from './requirement';
import type { HandsetFile, HandsetOptions, Requirement, Vendor } from './types';

/** Yealink auto provisioning guides (release 73 and later): a file without this first line is not read. */
const HEADER = '#!version:1.0.0.1';

function requirements(account: number): Requirement[] {
  return [
    {
      what: 'takes no call that names an IP address instead of an account',
      level: 'required',
      anyOf: [equals('features.direct_ip_call_enable', '0')],
    },
    {
      what: 'accepts SIP from its own servers only',
      level: 'required',
      anyOf: [
        equals('sip.trust_ctrl', '1', 'read by firmware V81 and later'),
        equals(`account.${account}.sip_trust_ctrl`, '1', 'read by firmware before V81 only'),
      ],
    },
    portMoved('recommended', movedPort('sip.listen_port'), movedPort(`account.${account}.sip_listen_port`)),
    firmwareKept(
      someUrl('static.firmware.url'),
      someUrl('firmware.url', 'the name before static.firmware.url'),
    ),
  ];
}

function files(options: HandsetOptions): HandsetFile[] {
  const common = commonLines(options);
  const perPhone = accountLines(options);
  // The phone's own file says everything again: it protects also where the common file is not fetched.
  const all = file(common, perPhone);
  if (options.mac === undefined) return [{ name: 'y0000000000xx.cfg', content: all }];
  return [
    { name: 'y0000000000xx.cfg', content: file(common) },
    { name: `${options.mac}.cfg`, content: all },
  ];
}

function commonLines({ sipPort, firmwareUrl }: HandsetOptions): string[] {
  return [
    '# Ghost calls: Yealink FAQ 559 "How to block ghost call?" (2020-12-22).',
    'features.direct_ip_call_enable = 0',
    '# Firmware V81 and later; earlier firmware reads account.N.sip_trust_ctrl.',
    'sip.trust_ctrl = 1',
    ...(sipPort === undefined ? [] : [`sip.listen_port = ${sipPort}`]),
    ...(firmwareUrl === undefined ? [] : [`static.firmware.url = ${firmwareUrl}`]),
  ];
}

function accountLines({ account, proxy, credentials }: HandsetOptions): string[] {
  const key = `account.${account}`;
  return [
    ...(credentials
      ? [
          `${key}.enable = 1`,
          `${key}.label = ${credentials.displayName ?? credentials.user}`,
          `${key}.display_name = ${credentials.displayName ?? credentials.user}`,
          `${key}.auth_name = ${credentials.user}`,
          `${key}.user_name = ${credentials.user}`,
          `${key}.password = ${credentials.password}`,
          `${key}.sip_server.1.address = ${credentials.server}`,
        ]
      : []),
    '# Firmware before V81; later firmware reads sip.trust_ctrl.',
    `${key}.sip_trust_ctrl = 1`,
    ...(proxy === undefined
      ? []
      : [`${key}.outbound_proxy_enable = 1`, `${key}.outbound_proxy.1.address = ${proxy}`]),
  ];
}

function file(...parts: readonly (readonly string[])[]): string {
  return `${[HEADER, ...parts.flat()].join('\n')}\n`;
}

/** Yealink T, CP, VP and W series. */
export const yealink: Vendor = {
  id: 'yealink',
  name: 'Yealink',
  filter: 'source',
  caveats: [
    'Name the common file after the model (y0000000000xx.cfg: the two digits are in its guide).',
    'The phone also accepts its outbound proxy: name it with --proxy where calls come from there.',
    'sip.listen_port is listed in templates of firmware V80 and later; the guide that describes it could not be read here.',
  ],
  sources: [
    {
      title: 'Yealink support FAQ 559, "How to block ghost call?", modified 2020-12-22',
      url: 'http://support.yealink.com/faq/faqInfo?id=559',
      kind: 'guide',
    },
    {
      title:
        "Administrator's Guide for SIP-T2 Series/T19(P) E2/T4 Series/CP860 IP Phones, page 260 (sip.trust_ctrl)",
      url: 'https://easymanua.ls/yealink/sip-t48g/manual/567906?p=280',
      kind: 'guide',
    },
    {
      title: "SIP-T5 Series Administrator's Guide, Accept SIP Trust Server Only Configuration",
      url: 'https://manualshive.com/en/manual/yealink/sip-t5-series/sip-t5-series_administrators-manual_3909785-497.html',
      kind: 'guide',
    },
    { title: 'Provisioning templates with sip.listen_port and static.firmware.url', kind: 'use' },
  ],
  accounts: 16,
  files,
  requirements,
};
