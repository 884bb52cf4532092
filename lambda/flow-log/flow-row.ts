import { numberToIpv4 } from '../address';
import type { FlowLogRecord } from './record';

/** Fields of a row, as offsets in bytes: lambda/flow-log/assembly/memory.ts. */
const SOURCE = 4;
const DESTINATION = 8;
const SOURCE_PORT = 12;
const DESTINATION_PORT = 14;
const PROTOCOL = 16;
const ACTION = 17;
const DIRECTION = 18;
const FLAGS = 20;
const PACKETS = 24;
const BYTES = 32;
const START = 40;
const END = 48;
const INTERFACE = 56;
const SERVICE = 64;

const ACTIONS = [undefined, 'ACCEPT', 'REJECT'] as const;
const DIRECTIONS = [undefined, 'ingress', 'egress'] as const;

/** Most names remembered at a time: a log has a handful of services and interfaces. */
const MAX_NAMES = 1024;

/**
 * A record of IPv4 as numbers, where the scanner left it. One row stands for one record after another: whoever takes a
 * row has to copy what is to be kept. The fields are those of {@link FlowLogRecord}; an address is an unsigned number.
 */
export class FlowRow {
  /** The addresses as signed 32-bit numbers: those that may be larger cost more to hold and to hand over. */
  sourceWord = 0;
  destinationWord = 0;
  sourcePort = 0;
  destinationPort = 0;
  protocol = 0;
  packets = 0;
  bytes = 0;
  start = 0;
  end = 0;
  action: FlowLogRecord['action'];
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #names = new Map<string, string>();
  #at = 0;

  /** @param memory what the scanner's addresses mean */
  constructor(memory: ArrayBuffer) {
    this.#view = new DataView(memory);
    this.#bytes = new Uint8Array(memory);
  }

  /** Stands for the record at this address from now on. What every reader wants is read at once, the rest when asked. */
  moveTo(address: number): this {
    const view = this.#view;
    this.#at = address;
    this.sourceWord = view.getInt32(address + SOURCE, true);
    this.destinationWord = view.getInt32(address + DESTINATION, true);
    this.sourcePort = view.getUint16(address + SOURCE_PORT, true);
    this.destinationPort = view.getUint16(address + DESTINATION_PORT, true);
    this.protocol = view.getUint8(address + PROTOCOL);
    this.packets = view.getFloat64(address + PACKETS, true);
    this.bytes = view.getFloat64(address + BYTES, true);
    this.start = view.getFloat64(address + START, true);
    this.end = view.getFloat64(address + END, true);
    this.action = ACTIONS[view.getUint8(address + ACTION)];
    return this;
  }

  get source(): number {
    return this.sourceWord >>> 0;
  }

  get destination(): number {
    return this.destinationWord >>> 0;
  }

  get tcpFlags(): number | undefined {
    const flags = this.#view.getInt32(this.#at + FLAGS, true);
    return flags < 0 ? undefined : flags;
  }

  get direction(): FlowLogRecord['direction'] {
    return DIRECTIONS[this.#view.getUint8(this.#at + DIRECTION)];
  }

  get interfaceId(): string | undefined {
    return this.#textAt(INTERFACE);
  }

  /** Whether {@link sourceService} is worth making a text of. */
  get hasService(): boolean {
    return this.#view.getInt32(this.#at + SERVICE + 4, true) !== 0;
  }

  get sourceService(): string | undefined {
    return this.#textAt(SERVICE);
  }

  /** The record as the plain parser gives it. */
  record(): FlowLogRecord {
    const { action, tcpFlags, interfaceId, direction, sourceService } = this;
    return {
      source: numberToIpv4(this.source),
      destination: numberToIpv4(this.destination),
      sourcePort: this.sourcePort,
      destinationPort: this.destinationPort,
      protocol: this.protocol,
      packets: this.packets,
      bytes: this.bytes,
      start: this.start,
      end: this.end,
      ...(action !== undefined && { action }),
      ...(tcpFlags !== undefined && { tcpFlags }),
      ...(interfaceId !== undefined && { interfaceId }),
      ...(direction !== undefined && { direction }),
      ...(sourceService !== undefined && { sourceService }),
    };
  }

  /** The text whose address and length stand in a field: length 0 for none, −1 for an empty one. */
  #textAt(field: number): string | undefined {
    const length = this.#view.getInt32(this.#at + field + 4, true);
    if (length <= 0) return length === 0 ? undefined : '';
    const address = this.#view.getUint32(this.#at + field, true);
    const text = this.#decoder.decode(this.#bytes.subarray(address, address + length));
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (this.#names.size >= MAX_NAMES) this.#names.clear();
    this.#names.set(text, text);
    return text;
  }
}
