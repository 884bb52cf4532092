import type { Dice } from '../faults/dice';

/** Pieces that mean something to a reader of lines, numbers, addresses or JSON. */
const WORDS = [
  ...['', '-', '0', '00', '01', '-1', '+1', '1e309', '0x10', '65535', '65536', '255', '256', '4294967296'],
  ...[
    '999999999999999',
    '1000000000000000',
    '9007199254740993',
    '99999999999',
    '100000000000',
    'NaN',
    'Infinity',
  ],
  ...[
    '\u0661\u0662',
    '\uff11',
    '\0',
    '\ud800',
    '\ufeff',
    '\u2028',
    '\u00a0',
    '\t',
    '\r',
    '\r\n',
    '\n',
    ' ',
    '  ',
  ],
  ...[
    '0.0.0.0',
    '255.255.255.255',
    '010.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.4 ',
    '0/0',
    '/0',
    '/32',
  ],
  ...[
    '/33',
    '/128',
    '/129',
    '/-1',
    '/1e1',
    '/ 8',
    '::',
    '::/0',
    '::1',
    '::ffff:1.2.3.4',
    '::ffff:0:0/95',
    '1::2::3',
  ],
  ...[
    'fe80::1%eth0',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '12345::',
    ':::',
    '2001:DB8::7',
    'ACCEPT',
    'REJECT',
  ],
  ...[
    'OK',
    'NODATA',
    'SKIPDATA',
    'ingress',
    'egress',
    'srcaddr dstaddr',
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    '\\u0000',
  ],
  ...[
    '\\ud83d\\ude00',
    '"logEvents":[',
    '"message":"',
    '"id":"1"',
    'DATA_MESSAGE',
    'CONTROL_MESSAGE',
    ',',
    ':',
    'null',
  ],
  ...[
    '__proto__',
    '"__proto__":{"logGroup":"x"}',
    'true',
    '1.5',
    '[[[[[[[[',
    '{"a":{"a":{"a":',
    'x'.repeat(4097),
  ],
].map((word) => Buffer.from(word));

/** A changed copy: bytes, words, fields, pieces of itself or of another input; one change or several. */
export function mutate(input: Buffer, other: Buffer, dice: Dice): Buffer {
  let changed = input;
  for (let i = dice.between(1, dice.pick([1, 1, 2, 4])); i > 0; i--) changed = change(changed, other, dice);
  return changed.subarray(0, 65_536);
}

function change(input: Buffer, other: Buffer, dice: Dice): Buffer {
  const at = dice.between(0, input.length);
  const to = Math.min(input.length, at + dice.between(0, dice.pick([1, 4, 32])));
  const word = dice.pick(WORDS) ?? Buffer.alloc(0);
  const spliced = (...middle: readonly Buffer[]): Buffer =>
    Buffer.concat([input.subarray(0, at), ...middle, input.subarray(to)]);
  switch (dice.between(0, 7)) {
    case 0:
      return spliced(Buffer.of(dice.between(0, 255)));
    case 1:
      return spliced();
    case 2:
      return spliced(word);
    case 3:
      return spliced(input.subarray(at, to), input.subarray(at, to), input.subarray(at, to));
    case 4: {
      const from = dice.between(0, other.length);
      return spliced(other.subarray(from, from + dice.between(0, 64)));
    }
    case 5:
      return flipped(input, at, dice);
    default:
      return withField(input, word, dice);
  }
}

function flipped(input: Buffer, at: number, dice: Dice): Buffer {
  const copy = Buffer.from(input);
  if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << dice.between(0, 7));
  return copy;
}

/** Another value for one of the fields between spaces, quotes, colons or slashes. */
function withField(input: Buffer, word: Buffer, dice: Dice): Buffer {
  const separator = dice.pick([' ', ' ', ' ', '"', ':', '/', '\n']);
  const fields = input.toString('latin1').split(separator);
  fields[dice.between(0, fields.length - 1)] = word.toString('latin1');
  return Buffer.from(fields.join(separator), 'latin1');
}
