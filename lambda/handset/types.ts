/**
 * What the phone compares with its own servers before it rings: the packet's source address (`source`), something in
 * the request that a scanner writes itself (`request`), or nothing at all (`none`).
 */
export type FilterKind = 'source' | 'request' | 'none';

/** Where a setting is taken from. */
export interface HandsetSource {
  /** The guide or page, with its version or date. */
  readonly title: string;
  /** @default - the guide is on paper or in a vendor's download area */
  readonly url?: string;
  /** `guide`: the vendor's own words. `use`: seen in provisioning systems in use, not in a guide that we could read. */
  readonly kind: 'guide' | 'use';
}

/** One account of a phone, as a provisioning server fills it in. */
export interface HandsetAccount {
  /** SIP server (registrar): host name or address. */
  readonly server: string;
  readonly user: string;
  readonly password: string;
  /** @default user */
  readonly displayName?: string;
}

/** What a file is written for. Checked by `checkHandsetOptions`. */
export interface HandsetOptions {
  /** The account (line) of the phone, from 1. */
  readonly account: number;
  /** Port that the phone listens on for SIP. @default - the phone's own */
  readonly sipPort?: number;
  /** Where the phone finds its firmware. @default - none is named */
  readonly firmwareUrl?: string;
  /** Outbound proxy, from which SIP is accepted too. @default - none */
  readonly proxy?: string;
  /** 12 hexadecimal digits: per-phone files are written beside the common one. @default - one common file */
  readonly mac?: string;
  /** @default - no account is filled in */
  readonly credentials?: HandsetAccount;
}

/** A file that a phone fetches. */
export interface HandsetFile {
  readonly name: string;
  readonly content: string;
}

/** One way to meet a requirement: a setting and the values that are right. */
export interface Alternative {
  readonly key: string;
  /** What is right, for people: `0`, `on`, `a port other than 5060`. */
  readonly want: string;
  readonly accepts: (value: string) => boolean;
  /** What holds only under a condition, such as a firmware version. */
  readonly note?: string;
}

/** Something that a phone's file should say, by any of its alternatives. */
export interface Requirement {
  /** What it does for the user. */
  readonly what: string;
  /** Without a `required` one ghost calls still ring; a `recommended` one makes them rarer. */
  readonly level: 'required' | 'recommended';
  readonly anyOf: readonly Alternative[];
}

/** Settings of a file by key, as `Vendor.requirements` names them. */
export type HandsetSettings = ReadonlyMap<string, string>;

/** All that is known of one vendor's phones. */
export interface Vendor {
  readonly id: VendorId;
  readonly name: string;
  readonly filter: FilterKind;
  /** What people must know: models it does not hold for, what could not be verified. */
  readonly caveats: readonly string[];
  readonly sources: readonly HandsetSource[];
  /** Highest account whose setting names are known. */
  readonly accounts: number;
  /** The files, the common one first. */
  readonly files: (options: HandsetOptions) => HandsetFile[];
  /** What a file for this account should say. */
  readonly requirements: (account: number) => readonly Requirement[];
}

/** The vendors, by the word of the command line. */
export type VendorId = 'yealink' | 'snom' | 'grandstream' | 'poly' | 'fanvil';
