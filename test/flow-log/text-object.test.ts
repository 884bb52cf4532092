import { Readable } from 'node:stream';
import {
  DEFAULT_FORMAT,
  DEPLOYED_FORMAT,
  FlowLogFormat,
  FlowLogFormatError,
  type ParsedLine,
  readFlowLogText,
} from '../../lambda/flow-log';
import { lineOf } from '../support/flow-log-lines';
import { arriving, cutAt, readAll, readPieces } from '../support/flow-log-streams';

const V2 = { version: '2' };
const portsOf = (lines: readonly ParsedLine[]): (number | string)[] =>
  lines.map((line) =>
    line.kind === 'record' ? line.record.sourcePort : line.kind === 'malformed' ? line.cause : line.kind,
  );
const bytesOf = (...lines: readonly string[]): Buffer => Buffer.from(lines.join('\n'));
const readLines = (...lines: readonly string[]): Promise<ParsedLine[]> => readPieces([bytesOf(...lines)]);

describe('a plain flow log', () => {
  it('is read by its header, which is no line', async () => {
    const header = 'dstport srcport start end protocol packets pkt-dstaddr pkt-srcaddr';
    const lines = await readLines(
      header,
      lineOf({ srcport: '1' }, header),
      lineOf({ srcport: '2' }, header),
      '',
    );
    expect(portsOf(lines)).toEqual([1, 2]);
    expect(lines[0]).toMatchObject({ record: { source: '198.51.100.7', destination: '10.20.1.10' } });
  });

  it('is read without header in the default format, or in the one that is given', async () => {
    expect(portsOf(await readLines(lineOf(V2)))).toEqual([5074]);
    const format = FlowLogFormat.parse(DEPLOYED_FORMAT);
    expect(portsOf(await readPieces([bytesOf(lineOf({}, DEPLOYED_FORMAT))], format))).toEqual([5074]);
  });

  it('is read by its header also where another format is given', async () => {
    const format = FlowLogFormat.parse(DEPLOYED_FORMAT);
    expect(portsOf(await readPieces([bytesOf(DEFAULT_FORMAT, lineOf(V2))], format))).toEqual([5074]);
  });

  it('may be several concatenated, each with its own header', async () => {
    const lines = [DEFAULT_FORMAT, lineOf(V2), DEFAULT_FORMAT, lineOf(V2), DEPLOYED_FORMAT];
    expect(portsOf(await readLines(...lines, lineOf({}, DEPLOYED_FORMAT)))).toEqual([5074, 5074, 5074]);
  });

  it('may end without a line end, end lines as Windows does, have empty lines and a byte order mark', async () => {
    const crlf = `\ufeff${DEFAULT_FORMAT}\r\n${lineOf({ srcport: '1' })}\r\n\r\n\n${lineOf({ srcport: '2' })}`;
    expect(portsOf(await readPieces([Buffer.from(crlf)]))).toEqual([1, 2]);
    expect(portsOf(await readPieces([Buffer.from(`${crlf}\r\n`)]))).toEqual([1, 2]);
  });

  it('keeps counting past lines it cannot read', async () => {
    const format = `interface-id ${DEFAULT_FORMAT.replace(' interface-id', '')}`;
    const lines = [
      lineOf({ srcport: '1' }, format),
      'eni-1 what',
      '\0\0',
      lineOf({ srcport: 'x' }, format),
      '-',
    ];
    expect(portsOf(await readLines(format, ...lines, lineOf({ srcport: '2' }, format)))).toEqual([
      1,
      'field-count',
      'field-count',
      'port',
      'field-count',
      2,
    ]);
  });

  it.each([
    ['nothing', []],
    ['empty pieces', [Buffer.alloc(0), Buffer.alloc(0)]],
    ['one line end', [Buffer.from('\n')]],
    ['line ends', [Buffer.from('\r\n\n'), Buffer.from('\n')]],
    ['a header alone', [Buffer.from(DEFAULT_FORMAT)]],
  ])('has no lines when it is %s', async (_what, pieces) => {
    expect(await readPieces(pieces)).toEqual([]);
  });

  it('is refused where its format cannot be told', async () => {
    await expect(readLines('{"srcaddr":"198.51.100.7"}')).rejects.toThrow(FlowLogFormatError);
    await expect(readLines('x')).rejects.toThrow('the first line has 1 field and no header');
    await expect(readLines('a'.repeat(5000), DEFAULT_FORMAT)).rejects.toThrow('more than 4096 characters');
    await expect(readLines(DEFAULT_FORMAT, lineOf(V2), 'version srcaddr dstaddr')).rejects.toThrow(
      'the format lacks srcport',
    );
  });
});

describe('pieces', () => {
  const text = `${DEFAULT_FORMAT}\r\n${lineOf({ srcport: '1', 'account-id': 'büro東京🂡' })}\r\n${lineOf({ srcport: '2' })}`;
  const bytes = Buffer.from(text);

  it('may end at any byte, within a character or a line end', async () => {
    const expected = await readPieces([bytes]);
    expect(portsOf(expected)).toEqual([1, 2]);
    for (let at = 0; at <= bytes.length; at++) {
      expect(await readPieces(cutAt(bytes, at))).toEqual(expected);
    }
  });

  it('may be single bytes, with empty ones between', async () => {
    const pieces = Array.from(bytes, (byte) => [Buffer.from([byte]), Buffer.alloc(0)]).flat();
    expect(await readPieces(pieces)).toEqual(await readPieces([bytes]));
  });

  it('give their lines as they arrive, before the end', async () => {
    const reader = readFlowLogText(
      arriving(bytesOf(DEFAULT_FORMAT, lineOf(), ''), bytesOf(lineOf(), lineOf())),
    );
    const sizes: number[] = [];
    for await (const lines of reader) sizes.push(lines.length);
    expect(sizes).toEqual([1, 1, 1]);
  });

  it('of invalid UTF-8 make a line malformed, or change a field nobody reads', async () => {
    const [before, after] = lineOf({ srcaddr: '@' })
      .split('@')
      .map((part) => Buffer.from(part));
    const line = Buffer.concat([before ?? bytes, Buffer.from([0xff, 0xfe]), after ?? bytes]);
    expect(portsOf(await readPieces([bytesOf(DEFAULT_FORMAT, ''), line]))).toEqual(['address']);
  });

  it('of a line without end are counted as one long line, and the next line is read', async () => {
    const endless = Array.from({ length: 64 }, () => Buffer.alloc(64 * 1024, 'x '));
    const pieces = [bytesOf(DEFAULT_FORMAT, ''), ...endless, bytesOf('', lineOf())];
    expect(portsOf(await readPieces(pieces))).toEqual(['line-length', 5074]);
    expect(portsOf(await readPieces([Buffer.concat(pieces)]))).toEqual(['line-length', 5074]);
    expect(portsOf(await readPieces([Buffer.concat(pieces.slice(0, 9))]))).toEqual(['line-length']);
  });

  it('of field names without end are no header', async () => {
    const names = Buffer.alloc(1_000_000, 'srcaddr ');
    expect(portsOf(await readPieces([bytesOf(DEFAULT_FORMAT, ''), names, bytesOf('', lineOf())]))).toEqual([
      'line-length',
      5074,
    ]);
  });
});

describe('the source', () => {
  const endless = function* (): Generator<Buffer> {
    yield bytesOf(DEFAULT_FORMAT, '');
    for (;;) yield bytesOf(lineOf(), '');
  };

  it('is destroyed when the reader stops early', async () => {
    const source = Readable.from(endless());
    for await (const lines of readFlowLogText(source)) if (lines.length > 0) break;
    expect(source.destroyed).toBe(true);
  });

  it('is returned when it is a generator', async () => {
    let returned = false;
    const source = (async function* () {
      try {
        yield* endless();
      } finally {
        returned = true;
      }
    })();
    for await (const lines of readFlowLogText(source)) if (lines.length > 0) break;
    expect(returned).toBe(true);
  });

  it('is destroyed when its format cannot be told', async () => {
    const source = Readable.from([Buffer.from('x\n'), Buffer.from('y\n')]);
    await expect(readAll(source)).rejects.toThrow(FlowLogFormatError);
    expect(source.destroyed).toBe(true);
  });

  it('may be an iterable that cannot be returned', async () => {
    const pieces = [bytesOf(DEFAULT_FORMAT, lineOf())];
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const value = pieces.shift();
          return value === undefined ? { done: true, value } : { done: false, value };
        },
      }),
    };
    expect(portsOf(await readAll(source))).toEqual([5074]);
  });

  it('hands on its own errors as they are, after the lines before them', async () => {
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    const source = (async function* () {
      yield bytesOf(DEFAULT_FORMAT, lineOf(), 'cut he');
      throw reset;
    })();
    const seen: ParsedLine[] = [];
    const reading = (async () => {
      for await (const lines of readFlowLogText(source)) seen.push(...lines);
    })();
    await expect(reading).rejects.toBe(reset);
    expect(portsOf(seen)).toEqual([5074]);
  });

  it('that fails at once hands on its error', async () => {
    const source = new Readable({ read: () => source.destroy(new Error('no such key')) });
    await expect(readAll(source)).rejects.toThrow('no such key');
  });
});
