import { type HandsetFile, handsetFiles, type VendorId } from '../handset';
import type { Phone } from './access';

/** What all phones of an environment are told. */
export interface PhoneTemplate {
  /** Port that phones listen on for SIP. @default - their own */
  readonly sipPort?: number;
  /** Outbound proxy. @default - none */
  readonly proxy?: string;
  /** Where phones of a vendor find their firmware. @default - none is named */
  readonly firmware?: Readonly<Partial<Record<VendorId, string>>>;
}

/** Yealink names its common file after the model: two digits stand for it (`y0000000000xx.cfg` of the generator). */
const YEALINK_COMMON = /^y0000000000[0-9a-z]{2}\.cfg$/;

/** The file of that name of the phone's own files, or undefined: of others' it gets none. Names have no case. */
export function phoneFile(phone: Phone, name: string, template: PhoneTemplate): HandsetFile | undefined {
  const { vendor, mac, account, sip } = phone;
  const { sipPort, proxy, firmware } = template;
  const firmwareUrl = firmware?.[vendor];
  const files = handsetFiles(vendor, {
    account,
    mac,
    ...(sipPort !== undefined && { sipPort }),
    ...(proxy !== undefined && { proxy }),
    ...(firmwareUrl !== undefined && { firmwareUrl }),
    ...(sip && { credentials: sip }),
  });
  const asked = name.toLowerCase();
  return files.find((file) => {
    const known = file.name.toLowerCase();
    return known === asked || (known === 'y0000000000xx.cfg' && YEALINK_COMMON.test(asked));
  });
}
