/** Pseudo-random numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes that mean something to somebody who reads lines, fields, numbers or addresses. */
const BYTES = Buffer.from(' \n\r\t-.:/09125;AOa\0\xff\xc3\xa9\xef\xbb\xbf', 'latin1');

/** Fields that are wrong in one way or another, or right in an unusual one. */
const FIELDS = [
  ...['', '-', '0', '00', '1', '-1', '+1', '1e3', '0x10', '65535', '65536', '255', '256', '4294967296'],
  ...['999999999999999', '9999999999999999', '1764000000', '1764000000000', '٣', 'NaN', 'null'],
  ...['0.0.0.0', '255.255.255.255', '1.2.3', '1.2.3.4.5', '01.2.3.4', '256.1.1.1', '1.2.3.4\r', '::1'],
  ...['2001:db8::1', '::ffff:1.2.3.4', '::ffff:102:304', '2001:db8:::1', 'fe80::1%eth0'],
  ...['ACCEPT', 'REJECT', 'OK', 'NODATA', 'SKIPDATA', 'ingress', 'egress', 'srcaddr', 'x'.repeat(4100)],
].map((text) => Buffer.from(text));

/** Changes one thing about a line: a byte, a field, its length. Never adds or removes the last newline. */
export function mutate(line: Buffer, random: () => number): Buffer {
  const below = (bound: number) => Math.floor(random() * bound);
  const at = below(line.length + 1);
  const byte = BYTES.subarray(below(BYTES.length)).subarray(0, 1);
  switch (below(8)) {
    case 0:
      return Buffer.concat([line.subarray(0, at), byte, line.subarray(at)]);
    case 1:
      return Buffer.concat([line.subarray(0, at), line.subarray(at + 1)]);
    case 2:
      return line.subarray(0, at);
    case 3:
      return Buffer.concat([line.subarray(0, at), byte, line.subarray(at + 1)]);
    case 4: {
      const digit = Buffer.from(String(below(10)));
      return Buffer.concat([line.subarray(0, at), digit, line.subarray(at + 1)]);
    }
    default:
      return withField(line, below, FIELDS[below(FIELDS.length)] ?? byte);
  }
}

/** The line with another field, or with two fields changed about. */
function withField(line: Buffer, below: (bound: number) => number, field: Buffer): Buffer {
  const fields = line.toString('latin1').split(' ');
  const at = below(fields.length);
  const other = below(fields.length);
  const instead = below(4) === 0 ? (fields[other] ?? '') : field.toString('latin1');
  return Buffer.from(fields.with(at, instead).join(' '), 'latin1');
}
