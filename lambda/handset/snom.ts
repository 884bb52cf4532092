import { equals, firmwareKept, movedPort, portMoved, someUrl } from './requirement';
import type { HandsetFile, HandsetOptions, Requirement, Vendor } from './types';
import { comment, element, xmlDocument } from './xml';

/** `perm=""`: set by provisioning and changeable; without an attribute the phone's own default would win. */
const SET = ' perm=""';

function requirements(): Requirement[] {
  return [
    {
      what: 'accepts SIP from its registrar only',
      level: 'required',
      anyOf: [equals('filter_registrar', 'on')],
    },
    portMoved('recommended', movedPort('network_id_port')),
    firmwareKept(someUrl('firmware_status'), someUrl('firmware')),
  ];
}

function files(options: HandsetOptions): HandsetFile[] {
  const settings = { name: `${options.mac?.toUpperCase() ?? 'snom'}.xml`, content: settingsXml(options) };
  if (options.firmwareUrl === undefined) return [settings];
  const content = xmlDocument(
    '<firmware-settings>',
    element(1, 'firmware', options.firmwareUrl, SET),
    '</firmware-settings>',
  );
  return [settings, { name: 'snom-firmware.xml', content }];
}

function settingsXml({ account, sipPort, firmwareUrl, proxy, credentials }: HandsetOptions): string {
  const line = ` idx="${account}"${SET}`;
  return xmlDocument(
    '<settings>',
    '  <phone-settings>',
    comment(2, 'Ghost calls: setting filter_registrar of the Snom wiki (wiki.snom.com, Settings)'),
    element(2, 'filter_registrar', 'on', SET),
    sipPort === undefined ? '' : element(2, 'network_id_port', sipPort, SET),
    firmwareUrl === undefined
      ? ''
      : comment(2, 'Set firmware_status to the URL from which you serve snom-firmware.xml'),
    ...(credentials
      ? [
          element(2, 'user_active', 'on', line),
          element(2, 'user_realname', credentials.displayName ?? credentials.user, line),
          element(2, 'user_name', credentials.user, line),
          element(2, 'user_pname', credentials.user, line),
          element(2, 'user_pass', credentials.password, line),
          element(2, 'user_host', credentials.server, line),
        ]
      : []),
    proxy === undefined ? '' : element(2, 'user_outbound', proxy, line),
    '  </phone-settings>',
    '</settings>',
  );
}

/** Snom D and 3xx, 7xx series. */
export const snom: Vendor = {
  id: 'snom',
  name: 'Snom',
  filter: 'source',
  caveats: [
    'filter_registrar holds for the whole phone, not for one account.',
    'With filter_registrar on, SIP from other hosts of yours (NOTIFY from a management server, click-to-dial) is dropped too.',
    "Snom's own description of filter_registrar could not be read here, only pages of Snom tools that name it and link to it; DECT bases (M series) have other files.",
  ],
  sources: [
    {
      title: 'Snom wiki, Settings/filter_registrar and Settings/network_id_port (linked, not readable here)',
      url: 'http://wiki.snom.com/wiki/index.php/Settings/filter_registrar',
      kind: 'use',
    },
    {
      title:
        'SIPp and SIPPing notes for Snom phones: a request that does not come from the PBX needs filter_registrar off',
      kind: 'use',
    },
    { title: 'Snom firmware status file (<firmware-settings>) in provisioning systems in use', kind: 'use' },
  ],
  accounts: 12,
  files,
  requirements,
};
