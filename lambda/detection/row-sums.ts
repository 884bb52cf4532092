/** What is added up: a flow's traffic, or a source's media or contact. Both ends are unsigned numbers. */
export interface RowKey {
  /** How many windows after the epoch. */
  window: number;
  remote: number;
  /** As all that follows: 0 where the sum is of media or contact. */
  own: number;
  ownPort: number;
  remotePort: number;
  protocol: number;
}

/** Kinds of sums beside those of flows, in the place of a protocol: IANA's numbers end at 255. */
export const MEDIA = 256;
export const CONTACT = 257;

/** Sums and greatest values of one key, by place. */
export const Sum = {
  InPackets: 0,
  InBytes: 1,
  InRate: 2,
  InMost: 3,
  OutPackets: 4,
  OutBytes: 5,
  OutMost: 6,
  Rejected: 7,
  Span: 8,
} as const;
const SUMS = 9;

/** Words of a key: window, remote, own, both ports, protocol or kind, and whether there is one. */
const WORDS = 6;
const IS_USED = 5;
const LEAST_CAPACITY = 1024;

/** Nothing that is told depends on it; but whoever chooses addresses and ports must not choose collisions. */
const SEED = Math.floor(Math.random() * 2 ** 32);

/**
 * A table of sums by key: open addressing in typed arrays, a key's words beside each other, about 110 bytes a key.
 * No object is made for a record that is added.
 */
export class RowSums {
  #capacity = LEAST_CAPACITY;
  #words = new Int32Array(LEAST_CAPACITY * WORDS);
  #sums = new Float64Array(LEAST_CAPACITY * SUMS);
  /** Places of the keys, in the order in which they came. */
  #places = new Int32Array(LEAST_CAPACITY);
  #size = 0;

  /** Keys in the table. */
  get size(): number {
    return this.#size;
  }

  /** The sums of all keys; those of a key begin where {@link placeOf} says. Another array after the next key. */
  get sums(): Float64Array {
    return this.#sums;
  }

  /** Where the sums of a key begin: all 0 for one that is new. */
  placeOf(window: number, remote: number, own: number, ports: number, kind: number): number {
    const words = this.#words;
    const mask = this.#capacity - 1;
    let slot = hashOf(window, remote, own, ports, kind) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const at = slot * WORDS;
      if (words[at + IS_USED] === 0) break;
      if (
        words[at] === window &&
        words[at + 1] === remote &&
        words[at + 2] === own &&
        words[at + 3] === ports &&
        words[at + 4] === kind
      ) {
        return slot * SUMS;
      }
    }
    if (this.#size * 2 >= this.#capacity) {
      this.#grow();
      return this.placeOf(window, remote, own, ports, kind);
    }
    const at = slot * WORDS;
    words[at] = window;
    words[at + 1] = remote;
    words[at + 2] = own;
    words[at + 3] = ports;
    words[at + 4] = kind;
    words[at + IS_USED] = 1;
    this.#places[this.#size++] = slot;
    return slot * SUMS;
  }

  /**
   * Hands every key over with the place of its sums, in the order in which they came, and forgets them. The key stands
   * for another one afterwards.
   */
  drain(take: (key: Readonly<RowKey>, place: number) => void): void {
    const words = this.#words;
    const key: RowKey = { window: 0, remote: 0, own: 0, ownPort: 0, remotePort: 0, protocol: 0 };
    for (let i = 0; i < this.#size; i++) {
      const slot = this.#places[i] ?? 0;
      const at = slot * WORDS;
      const ports = words[at + 3] ?? 0;
      key.window = words[at] ?? 0;
      key.remote = (words[at + 1] ?? 0) >>> 0;
      key.own = (words[at + 2] ?? 0) >>> 0;
      key.ownPort = ports >>> 16;
      key.remotePort = ports & 0xffff;
      key.protocol = words[at + 4] ?? 0;
      take(key, slot * SUMS);
      words[at + IS_USED] = 0;
      this.#sums.fill(0, slot * SUMS, (slot + 1) * SUMS);
    }
    this.#size = 0;
  }

  #grow(): void {
    const [words, sums, places, size] = [this.#words, this.#sums, this.#places, this.#size];
    this.#capacity *= 2;
    this.#words = new Int32Array(this.#capacity * WORDS);
    this.#sums = new Float64Array(this.#capacity * SUMS);
    this.#places = new Int32Array(this.#capacity);
    this.#size = 0;
    for (let i = 0; i < size; i++) {
      const from = places[i] ?? 0;
      const at = from * WORDS;
      const [window, remote, own] = [words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0];
      const place = this.placeOf(window, remote, own, words[at + 3] ?? 0, words[at + 4] ?? 0);
      for (let j = 0; j < SUMS; j++) this.#sums[place + j] = sums[from * SUMS + j] ?? 0;
    }
  }
}

/** Mixes one word after the other, as MurmurHash3 does, from a seed. */
function hashOf(window: number, remote: number, own: number, ports: number, kind: number): number {
  let hash = mixed(SEED, window);
  hash = mixed(hash, remote);
  hash = mixed(hash, own);
  hash = mixed(hash, ports + kind);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

function mixed(hash: number, word: number): number {
  const next = hash ^ Math.imul(word, 0xcc9e2d51);
  return Math.imul((next << 13) | (next >>> 19), 5) + 0x52dce729;
}
