import { DEFAULT_FORMAT } from '../../../lambda/flow-log';
import { lineOf } from '../../support/flow-log-lines';

/** 2025-11-24T16:00:00Z, epoch seconds: the start of a window. */
export const START = 1_764_000_000;
export const HEADER = DEFAULT_FORMAT;

/** Addresses that the made logs protect. */
export const SITE = ['--vpc-cidr', '10.20.1.0/24', '--vpc-cidr', '2001:db8:aaaa:1::/64'];

/** One OPTIONS from a source to each own address, in the window at `at`, in the default format. */
export function sweep(source: string, at = START, own = OWN): string[] {
  return own.map((dstaddr) =>
    lineOf({
      version: '2',
      srcaddr: source,
      dstaddr,
      packets: '1',
      bytes: '441',
      start: String(at + 5),
      end: String(at + 9),
    }),
  );
}

const OWN = ['10.20.1.10', '10.20.1.11', '10.20.1.12'];
/** Own addresses for a sweep over IPv6. */
export const OWN_IPV6 = ['2001:db8:aaaa:1::a', '2001:db8:aaaa:1::b', '2001:db8:aaaa:1::c'];

/** Lines under a header, as S3 objects are. */
export const log = (...lines: readonly string[]): string => [HEADER, ...lines, ''].join('\n');
