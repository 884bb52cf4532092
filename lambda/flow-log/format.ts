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
    const fields = text
      .trim()
      .split(/\s+/)
      .map((field) => field.replace(/^\$\{(.*)\}$/, '$1'));
    for (const [i, field] of fields.entries()) {
      if (!FIELD_NAME.test(field))
        throw new FlowLogFormatError(
          `"${field.slice(0, 40)}" is not a flow-log field: give names such as "${DEFAULT_FORMAT}"`,
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
  const fields = line.trim().split(/\s+/);
  return (
    (fields.includes('srcaddr') || fields.includes('pkt-srcaddr')) &&
    fields.every((field) => FIELD_NAME.test(field))
  );
}

/**
 * The format of a log from its first line: a header says it; a line of 14 fields that begins with `2` is the default
 * format; anything else needs to be told.
 * @throws FlowLogFormatError when the line shows no known format
 */
export function detectFormat(firstLine: string): FlowLogFormat {
  if (isHeaderLine(firstLine)) return FlowLogFormat.parse(firstLine);
  const fields = firstLine.trim().split(/\s+/);
  const defaults = FlowLogFormat.parse(DEFAULT_FORMAT);
  if (fields.length === defaults.fields.length && fields[0] === '2') return defaults;
  const names = fields.filter((field) => /^[a-z][a-z-]+$/.test(field)).length;
  const reason =
    names > fields.length / 2
      ? 'the header lacks srcaddr and dstaddr: the flow log needs the fields of the default format'
      : `the first line has ${fields.length} fields and no header: say what they are with --format "<fields>"`;
  throw new FlowLogFormatError(`not a VPC flow log that can be read; ${reason}`);
}
