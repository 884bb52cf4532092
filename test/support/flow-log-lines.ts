import { DEFAULT_FORMAT, FlowLogFormat, type ParsedLine, RecordParser } from '../../lambda/flow-log';

/** One probe as AWS writes it, by field, for versions 2 to 5: an OPTIONS from outside to a phone system. */
export const PROBE_FIELDS: Readonly<Record<string, string>> = {
  version: '5',
  'account-id': '123456789012',
  'interface-id': 'eni-0a1b2c3d4e5f60718',
  srcaddr: '198.51.100.7',
  dstaddr: '10.20.1.10',
  srcport: '5074',
  dstport: '5060',
  protocol: '17',
  packets: '2',
  bytes: '884',
  start: '1764000080',
  end: '1764000139',
  action: 'ACCEPT',
  'log-status': 'OK',
  'vpc-id': 'vpc-0a1b2c3d4e5f60718',
  'subnet-id': 'subnet-0a1b2c3d4e5f60718',
  'instance-id': 'i-0a1b2c3d4e5f60718',
  'tcp-flags': '0',
  type: 'IPv4',
  'pkt-srcaddr': '198.51.100.7',
  'pkt-dstaddr': '10.20.1.10',
  region: 'ap-southeast-2',
  'az-id': 'apse2-az1',
  'sublocation-type': '-',
  'sublocation-id': '-',
  'pkt-src-aws-service': '-',
  'pkt-dst-aws-service': '-',
  'flow-direction': 'ingress',
  'traffic-path': '-',
};

export const ALL_FIELDS: readonly string[] = Object.keys(PROBE_FIELDS);

/** The probe as a line of a format, with some fields changed. */
export function lineOf(changes: Readonly<Record<string, string>> = {}, format = DEFAULT_FORMAT): string {
  const fields: Readonly<Record<string, string>> = { ...PROBE_FIELDS, ...changes };
  return format
    .split(' ')
    .map((field) => fields[field] ?? '-')
    .join(' ');
}

/** What the parser makes of the probe with some fields changed. */
export function parseLineOf(changes: Readonly<Record<string, string>>, format = DEFAULT_FORMAT): ParsedLine {
  return new RecordParser(FlowLogFormat.parse(format)).parse(lineOf(changes, format));
}
