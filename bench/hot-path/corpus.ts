import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createGzip, gzipSync } from 'node:zlib';

/** What a made-up log is like. */
export interface CorpusSpec {
  readonly records: number;
  /** 2: the default format. 5: a custom one, with the packet's own addresses, flags and direction. */
  readonly version: 2 | 5;
  /** Part of the records that is SIP, 0 to 1. */
  readonly sip: number;
  /** Remote addresses that speak SIP: callers, and a few scanners among them. */
  readonly sources: number;
  readonly seed: number;
}

const HEADERS = {
  2: 'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status',
  5: 'version account-id vpc-id subnet-id instance-id interface-id type srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol packets bytes start end action tcp-flags flow-direction traffic-path log-status',
};

const BEGIN = 1_764_000_000;
const SECONDS = 3600;
const INTERFACES = 200;
/** Interfaces of the voice servers; all others belong to web servers and the like. */
const VOICE_INTERFACES = 12;
const WEB_CLIENTS = 20_000;
/** One SIP source in so many is a scanner. */
const SCANNERS = 50;

interface Party {
  readonly address: string;
  readonly port: number;
}

/** An hour of a VPC, record by record; the same for the same specification. Nobody's traffic: all of it is made up. */
export class Corpus {
  readonly #random: () => number;
  readonly #interfaces: { id: string; instance: string; address: string }[];
  readonly #web: string[];
  readonly #callers: Party[];

  constructor(private readonly spec: CorpusSpec) {
    this.#random = mulberry32(spec.seed);
    this.#interfaces = Array.from({ length: INTERFACES }, (_, i) => ({
      id: `eni-0${this.#hex(16)}`,
      instance: `i-0${this.#hex(16)}`,
      address: `10.20.${i >> 6}.${10 + (i & 63)}`,
    }));
    this.#web = Array.from({ length: WEB_CLIENTS }, () => this.#publicAddress());
    this.#callers = Array.from({ length: spec.sources }, () => ({
      address: this.#publicAddress(),
      port: this.#random() < 0.5 ? 5060 : 1024 + this.#below(60_000),
    }));
  }

  get header(): string {
    return `${HEADERS[this.spec.version]}\n`;
  }

  *lines(): Generator<string> {
    for (let i = 0; i < this.spec.records; i++) {
      const end = BEGIN + Math.floor((i / this.spec.records) * SECONDS) + this.#below(60);
      yield this.#random() < this.spec.sip ? this.#sip(end) : this.#other(end);
    }
  }

  #sip(end: number): string {
    const caller = this.#below(this.#callers.length);
    const { address, port } = this.#callers[caller] ?? { address: '192.0.2.1', port: 5060 };
    const isScanner = caller % SCANNERS === 0;
    // A caller has one server; a scanner tries them all, and is seldom answered.
    const server = isScanner ? this.#below(VOICE_INTERFACES) : caller % VOICE_INTERFACES;
    const isIn = isScanner || this.#random() < 0.5;
    const packets = isScanner ? 1 : 1 + this.#below(6);
    return this.#line(
      server,
      isIn,
      address,
      5060,
      port,
      17,
      packets,
      packets * (380 + this.#below(300)),
      end,
    );
  }

  #other(end: number): string {
    const kind = this.#random();
    const protocol = kind < 0.8 ? 6 : kind < 0.98 ? 17 : 1;
    const isServer = this.#random() < 0.6;
    const ownPort = protocol === 1 ? 0 : isServer ? 443 : 32_768 + this.#below(28_000);
    const remotePort = protocol === 1 ? 0 : isServer ? 32_768 + this.#below(28_000) : 443;
    const client = this.#web[Math.floor(WEB_CLIENTS * this.#random() ** 2)] ?? '192.0.2.2';
    const packets = 1 + Math.floor(1000 * this.#random() ** 6);
    const bytes = packets * (40 + this.#below(1400));
    const isIn = this.#random() < 0.5;
    return this.#line(
      this.#below(INTERFACES),
      isIn,
      client,
      ownPort,
      remotePort,
      protocol,
      packets,
      bytes,
      end,
    );
  }

  #line(
    own: number,
    isIn: boolean,
    remote: string,
    ownPort: number,
    remotePort: number,
    protocol: number,
    packets: number,
    bytes: number,
    end: number,
  ): string {
    const { id, instance, address } = this.#interfaces[own] ?? { id: '', instance: '', address: '' };
    const start = end - this.#below(60);
    if (this.#random() < 0.0005) return this.#noData(id, instance, start, end);
    const action = this.#random() < 0.03 ? 'REJECT' : 'ACCEPT';
    const addresses = isIn ? `${remote} ${address}` : `${address} ${remote}`;
    const ports = isIn ? `${remotePort} ${ownPort}` : `${ownPort} ${remotePort}`;
    const counts = `${protocol} ${packets} ${bytes} ${start} ${end} ${action}`;
    if (this.spec.version === 2) return `2 123456789012 ${id} ${addresses} ${ports} ${counts} OK\n`;
    const flags = protocol === 6 ? [2, 3, 18, 19][this.#below(4)] : 0;
    return `5 123456789012 vpc-0a1b2c3d4e5f60718 subnet-0f1e2d3c4b5a69788 ${instance} ${id} IPv4 ${addresses} ${ports} ${addresses} ${counts} ${flags} ${isIn ? 'ingress -' : 'egress 8'} OK\n`;
  }

  #noData(id: string, instance: string, start: number, end: number): string {
    if (this.spec.version === 2) return `2 123456789012 ${id} - - - - - - - ${start} ${end} - NODATA\n`;
    return `5 123456789012 vpc-0a1b2c3d4e5f60718 subnet-0f1e2d3c4b5a69788 ${instance} ${id} - - - - - - - - - - ${start} ${end} - - - - NODATA\n`;
  }

  #publicAddress(): string {
    return `${11 + this.#below(200)}.${this.#below(256)}.${this.#below(256)}.${1 + this.#below(254)}`;
  }

  #hex(digits: number): string {
    return Array.from({ length: digits }, () => this.#below(16).toString(16)).join('');
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }
}

/** Writes the corpus as AWS writes its files: gzip text with a header line. */
export async function writeCorpus(spec: CorpusSpec, path: string): Promise<void> {
  const corpus = new Corpus(spec);
  const gzip = createGzip({ level: 6 });
  const file = createWriteStream(path);
  gzip.pipe(file);
  let text = corpus.header;
  for (const line of corpus.lines()) {
    text += line;
    if (text.length < 1 << 20) continue;
    if (!gzip.write(text)) await once(gzip, 'drain');
    text = '';
  }
  gzip.end(text);
  await once(file, 'close');
}

/** Records of a delivery of CloudWatch Logs: what about 1 MB before base64 holds, as AWS bounds it. */
const PAYLOAD_RECORDS = 10_000;

/** The corpus as deliveries of CloudWatch Logs, `data` of each, in the form that AWS documents: 56 digits an event. */
export function payloadsOf(spec: CorpusSpec): string[] {
  const payloads: string[] = [];
  let events: { id: string; timestamp: number; message: string }[] = [];
  const flush = () => {
    const payload = {
      messageType: 'DATA_MESSAGE',
      owner: '123456789012',
      logGroup: '/ringfence/bench/flow-log',
      logStream: 'eni-0a1b2c3d4e5f60718-all',
      subscriptionFilters: ['ringfence'],
      logEvents: events,
    };
    payloads.push(gzipSync(JSON.stringify(payload)).toString('base64'));
    events = [];
  };
  const random = mulberry32(spec.seed + 1);
  for (const line of new Corpus(spec).lines()) {
    const number = String(Math.floor(random() * 1e15)).padStart(15, '0');
    events.push({
      id: `39045738263948572938475${String(payloads.length * PAYLOAD_RECORDS + events.length).padStart(18, '0')}${number}`,
      timestamp: (BEGIN + payloads.length) * 1000,
      message: line.trimEnd(),
    });
    if (events.length === PAYLOAD_RECORDS) flush();
  }
  if (events.length > 0) flush();
  return payloads;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
