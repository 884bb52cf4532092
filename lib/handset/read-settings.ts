import type { HandsetSettings, VendorId } from '../../lambda/handset';
import { fromXml } from './xml-settings';

/** What a provisioning file turned out to be. */
export interface ReadHandsetFile {
  readonly vendor: VendorId;
  readonly settings: HandsetSettings;
}

/** More is no provisioning file: the longest exports of phones have some 100 KB. */
export const LONGEST_FILE_BYTES = 4 * 1024 * 1024;

/**
 * Reads a provisioning file of any of the vendors, by what it looks like.
 * @param forced read it as this vendor's, whatever it looks like
 * @returns undefined where it is none that we know
 */
export function readHandsetFile(text: string, forced?: VendorId): ReadHandsetFile | undefined {
  const body = text.replace(/^\uFEFF/, '');
  const vendor = forced ?? recognise(body);
  const settings = vendor && READERS[vendor](body);
  return vendor !== undefined && settings !== undefined ? { vendor, settings } : undefined;
}

/** The first that fits; each looks for what only its own files have. */
const MARKS: readonly (readonly [VendorId, RegExp])[] = [
  ['yealink', /^#!version:1\.0\.0\.1|^\s*(?:account\.\d+|features|sip|static|phone_setting)\.[\w.]+\s*=/m],
  ['fanvil', /<sysConf\b|<VOIP_CONFIG_FILE\b|^<<VOIP CONFIG FILE>>/m],
  ['grandstream', /<gs_provision\b|^\s*P\d{1,5}\s*=/m],
  ['poly', /<(?:PHONE_CONFIG|APPLICATION|polycomConfig)\b|\bvoIpProt\./],
  ['snom', /<(?:settings|phone-settings|firmware-settings)\b|^(?:filter_registrar|user_host\d+)[!&$]?:/m],
];

function recognise(text: string): VendorId | undefined {
  return MARKS.find(([, mark]) => mark.test(text))?.[0];
}

const READERS: Readonly<Record<VendorId, (text: string) => HandsetSettings | undefined>> = {
  yealink: (text) => lines(text, /^\s*([\w.]+)\s*=(.*)$/),
  snom: (text) => fromXml(text, snomKey) ?? lines(text, /^\s*([\w.]+)[!&$]?:(.*)$/),
  grandstream: (text) => fromXml(text, grandstreamKey) ?? lines(text, /^\s*(P\d{1,5})\s*=(.*)$/),
  poly: (text) => fromXml(text, polyKey),
  fanvil: (text) => fromXml(text, fanvilKey) ?? fanvilText(text),
};

/** Settings of a file with one a line; the last of equal names counts, as for the phone. `#` begins a comment. */
function lines(text: string, pattern: RegExp): HandsetSettings {
  const settings = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*#/.test(line) ? null : pattern.exec(line);
    if (match) settings.set(match[1] ?? '', unquoted((match[2] ?? '').trim()));
  }
  return settings;
}

function unquoted(text: string): string {
  return /^"(.*)"$/.exec(text)?.[1] ?? text;
}

/** `user_name` with `idx="2"` is `user_name2`, as in Snom's text format. */
function snomKey(path: readonly string[]): string {
  const [index, name] = [path.at(-1) ?? '', path.at(-2) ?? ''];
  return /^\d+$/.test(index) ? `${name}${index}` : index;
}

function grandstreamKey(path: readonly string[]): string | undefined {
  return path.findLast((name) => /^P\d{1,5}$/.test(name));
}

/** All of Poly's settings are attributes. */
function polyKey(path: readonly string[]): string | undefined {
  const last = path.at(-1) ?? '';
  return last.startsWith('@') ? last.slice(1) : undefined;
}

/** The path below the root element. */
function fanvilKey(path: readonly string[]): string {
  return path.slice(1).join('.');
}

/** Names of text lines in Fanvil's older format, as the XML format calls them. */
const FANVIL_TEXT: readonly (readonly [RegExp, string])[] = [
  [/^SIP {2}Port$/, 'sip.SIPPort'],
  [/^Strict UA Match$/, 'sip.StrictUAMatch'],
  [/^SIP(\d+) Register Addr$/, 'sip.line.$1.RegisterAddr'],
  [/^SIP(\d+) Signal Port$/, 'sip.line.$1.SignalPort'],
  [/^SIP(\d+) Ban Anonymous$/, 'sip.line.$1.BanAnonymous'],
  [/^P(\d+) Allow IP Call$/, 'call.port.$1.AllowIPCall'],
  [/^Auto Image Url$/i, 'AUTOUPDATE_CONFIG_MODULE.Auto_Image_URL'],
];

function fanvilText(text: string): HandsetSettings {
  const settings = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trimEnd();
    const known = FANVIL_TEXT.find(([pattern]) => pattern.test(name));
    if (known) settings.set(name.replace(known[0], known[1]), line.slice(colon + 1).trim());
  }
  return settings;
}
