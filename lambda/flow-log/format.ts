import { printable } from '../address';

/** Longest line that is looked at, characters: every field of every version fits in a few hundred. */
export const MAX_LINE_LENGTH = 4096;

/** The default format, version 2, in AWS's order (VPC user guide, *Flow log records*). */
export const DEFAULT_FORMAT =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

/**
 * What the stacks deploy: the default fields first, then those that show the packet's own addresses behind
 * intermediaries, the direction and AWS's services (versions 3 to 5).
 */
export const DEPLOYED_FORMAT = `${DEFAULT_FORMAT} vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path`;

/** Fields without which nothing can be judged; an address may come from its `pkt-` field alone. */
const REQUIRED: readonly (readonly string[])[] = [
  ['srcaddr', 'pkt-srcaddr'],
  ['dstaddr', 'pkt-dstaddr'],
  ['srcport'],
  ['dstport'],
  ['protocol'],
  ['packets'],
  ['start'],
  ['end'],
];

const FIELD_NAME = /^[a-z][a-z0-9-]*$/;

/** A log whose fields are not known or not enough. The message says which, and what to do. */
export class FlowLogFormatError extends Error {
  override readonly name = 'FlowLogFormatError';
}

/** The order of the fields in a line. Fields that nobody reads, later versions' among them, are skipped. */
export class FlowLogFormat {
  readonly #index: ReadonlyMap<string, number>;

  private constructor(readonly fields: readonly string[]) {
    this.#index = new Map(fields.map((field, index) => [field, index]));
  }

  /**
   * @param text field names separated by spaces, as in an S3 object's header line, or in the `${name}` form of
   * `CreateFlowLogs`
   * @throws FlowLogFormatError when a name is no field name, comes twice, or a needed field is missing
   */
  static parse(text: string): FlowLogFormat {
    const fields = fieldsOf(text).map((field) => field.replace(/^\$\{(.*)\}$/, '$1'));
    for (const [i, field] of fields.entries()) {
      if (!FIELD_NAME.test(field))
        throw new FlowLogFormatError(
          `"${printable(field)}" is not a flow-log field: give names such as "${DEFAULT_FORMAT}"`,
        );
      if (fields.indexOf(field) !== i)
        throw new FlowLogFormatError(`the field "${field}" comes twice in the format: remove one`);
    }
    const missing = REQUIRED.filter((names) => !names.some((name) => fields.includes(name))).map(
      (names) => names[0],
    );
    if (missing.length > 0) {
      throw new FlowLogFormatError(
        `the format lacks ${missing.join(', ')}: create a flow log with these fields, or give the right --format`,
      );
    }
    return new FlowLogFormat(fields);
  }

  /** The position of a field in a line, or −1. */
  indexOf(field: string): number {
    return this.#index.get(field) ?? -1;
  }

  toString(): string {
    return this.fields.join(' ');
  }
}

/** Whether a line is a header, as S3 objects begin with: field names only, an address field among them. */
export function isHeaderLine(line: string): boolean {
  // Asked for every line that does not begin with a digit: the cheap test comes first.
  if (line.length > MAX_LINE_LENGTH || !line.includes('srcaddr')) return false;
  const fields = fieldsOf(line);
  return hasSourceAddress(fields) && fields.every((field) => FIELD_NAME.test(field));
}

/**
 * The format of a log from its first line: a header says it; a line of 14 fields that begins with `2` is the default
 * format; anything else needs to be told.
 * @throws FlowLogFormatError when the line shows no known format
 */
export function detectFormat(firstLine: string): FlowLogFormat {
  if (firstLine.length > MAX_LINE_LENGTH) {
    throw notAFlowLog(`the first line has more than ${MAX_LINE_LENGTH} characters`);
  }
  const fields = fieldsOf(firstLine);
  if (hasSourceAddress(fields)) return FlowLogFormat.parse(firstLine);
  const defaults = FlowLogFormat.parse(DEFAULT_FORMAT);
  if (fields.length === defaults.fields.length && fields[0] === '2') return defaults;
  if (fields.length > 1 && fields.every((field) => FIELD_NAME.test(field))) {
    throw notAFlowLog(
      'its header lacks srcaddr: the flow log needs srcaddr or pkt-srcaddr, and the other fields of the default format',
    );
  }
  const count = fields.length === 1 ? '1 field' : `${fields.length} fields`;
  throw notAFlowLog(
    `the first line has ${count} and no header: if it is one, say what they are with --format "<fields>"`,
  );
}

function fieldsOf(line: string): string[] {
  return line.trim().split(/\s+/);
}

function hasSourceAddress(fields: readonly string[]): boolean {
  return fields.includes('srcaddr') || fields.includes('pkt-srcaddr');
}

function notAFlowLog(reason: string): FlowLogFormatError {
  return new FlowLogFormatError(`not a VPC flow log that can be read; ${reason}`);
}
