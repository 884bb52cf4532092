import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import {
  DEFAULT_FORMAT,
  FlowLogReadError,
  newRecordScanner,
  readFlowLogText,
  scanFlowLogText,
} from '../../lambda/flow-log';
import { lineOf } from '../support/flow-log-lines';
import { arriving, cutAt } from '../support/flow-log-streams';

const member = (...ports: readonly number[]): Buffer => {
  const lines = ports.map((port) => `${lineOf({ srcport: String(port) })}\n`);
  return gzipSync(`${DEFAULT_FORMAT}\n${lines.join('')}`);
};
/** Tells of the source port of each record, in order. @throws what the reader throws, and what it is told to */
type ReadPorts = (
  chunks: AsyncIterable<Uint8Array>,
  onPort: (port: number | undefined) => void,
  afterPiece?: () => void,
) => Promise<void>;

const plainly: ReadPorts = async (chunks, onPort, afterPiece) => {
  for await (const lines of readFlowLogText(chunks)) {
    for (const line of lines) onPort(line.kind === 'record' ? line.record.sourcePort : undefined);
    afterPiece?.();
  }
};
const scanning: ReadPorts = async (chunks, onPort, afterPiece) => {
  const scanner = newRecordScanner(
    { add: ({ sourcePort }) => onPort(sourcePort), addRow: ({ sourcePort }) => onPort(sourcePort) },
    { how: 'wasm' },
  );
  await scanFlowLogText(chunks, scanner, { ...(afterPiece && { afterPiece }) });
};
const endsEarly = new FlowLogReadError('the gzip data ends early: the file is truncated, fetch it again');

describe.each([
  ['zlib and the plain parser', plainly],
  ['the scanner', scanning],
])('read by %s', (_how, read) => {
  const readPorts = async (...pieces: readonly Uint8Array[]): Promise<(number | undefined)[]> => {
    const ports: (number | undefined)[] = [];
    await read(arriving(...pieces), (port) => ports.push(port));
    return ports;
  };

  describe('a flow log in gzip', () => {
    it('is told by its first bytes, wherever the pieces end', async () => {
      const bytes = member(1, 2);
      for (let at = 0; at <= bytes.length; at++) expect(await readPorts(...cutAt(bytes, at))).toEqual([1, 2]);
      expect(await readPorts(...Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual([1, 2]);
    });

    it('may have several members, wherever the pieces end', async () => {
      const bytes = Buffer.concat([member(1), member(2), member(3)]);
      for (let at = 0; at <= bytes.length; at++)
        expect(await readPorts(...cutAt(bytes, at))).toEqual([1, 2, 3]);
    });

    it('may break a line between two members', async () => {
      const text = `${DEFAULT_FORMAT}\n${lineOf({ srcport: '1' })}`;
      expect(await readPorts(gzipSync(text.slice(0, 150)), gzipSync(text.slice(150)))).toEqual([1]);
    });

    it('may be empty inside', async () => {
      expect(await readPorts(gzipSync(''))).toEqual([]);
      expect(await readPorts(gzipSync(''), member(1))).toEqual([1]);
    });
  });

  describe('damaged gzip', () => {
    const first = member(1, 2);
    const second = member(3);

    it.each([
      ['one member', first],
      ['two members', Buffer.concat([first, second])],
    ])('is an error when %s is cut anywhere, the trailer included', async (_what, bytes) => {
      for (let cut = 1; cut < bytes.length; cut++) {
        if (cut === first.length) continue;
        await expect(readPorts(bytes.subarray(0, cut))).rejects.toThrow(endsEarly);
      }
    });

    it('cannot be told when it is cut before the first byte or exactly between members', async () => {
      expect(await readPorts(first.subarray(0, 0))).toEqual([]);
      expect(await readPorts(Buffer.concat([first, second]).subarray(0, first.length))).toEqual([1, 2]);
    });

    it('is an error at any of its bytes that is checked, and never another kind of error', async () => {
      let refused = 0;
      for (let at = 2; at < first.length; at++) {
        const damaged = Buffer.from(first);
        damaged.writeUInt8((first[at] ?? 0) ^ 0x55, at);
        await readPorts(damaged).then(
          // Time, operating system and flags of compression (RFC 1952 section 2.3.1) are not checked.
          () => expect([4, 5, 6, 7, 8, 9]).toContain(at),
          (error: unknown) => {
            expect(error).toBeInstanceOf(FlowLogReadError);
            refused += 1;
          },
        );
      }
      expect(refused).toBe(first.length - 8);
    });

    it('says what is wrong: the sum, the length, what follows', async () => {
      const damaged = Buffer.from(first);
      damaged.writeUInt32LE(0xdeadbeef, first.length - 8);
      await expect(readPorts(damaged)).rejects.toThrow(
        new FlowLogReadError('the gzip data is damaged (incorrect data check): fetch the file again'),
      );
      damaged.set(first);
      damaged.writeUInt32LE(7, first.length - 4);
      await expect(readPorts(damaged)).rejects.toThrow('damaged (incorrect length check)');
    });

    it('is plain text after a member, which would otherwise be lost in silence', async () => {
      const text = Buffer.from(`${lineOf()}\n`);
      await expect(readPorts(first, text)).rejects.toThrow('damaged (incorrect header check)');
      await expect(readPorts(Buffer.concat([first, text]))).rejects.toThrow(FlowLogReadError);
    });

    it('is not the zero bytes some tools pad with: they end the data', async () => {
      expect(await readPorts(first, Buffer.alloc(512))).toEqual([1, 2]);
      expect(await readPorts(Buffer.concat([first, Buffer.alloc(512)]))).toEqual([1, 2]);
    });

    it('gives lines before the damage at most, in order: how many depends on the pieces', async () => {
      const ports: (number | undefined)[] = [];
      const reading = read(Readable.from([first, second.subarray(0, -1)]), (port) => ports.push(port));
      await expect(reading).rejects.toThrow(endsEarly);
      expect(ports).toEqual([1, 2, 3].slice(0, ports.length));
    });
  });

  describe('the source of gzip', () => {
    const endless = function* (): Generator<Buffer> {
      for (;;) yield member(1);
    };

    it('is destroyed when the reader stops early', async () => {
      const source = Readable.from(endless());
      const stop = (): never => {
        throw new Error('stopped');
      };
      await expect(read(source, () => undefined, stop)).rejects.toThrow('stopped');
      expect(source.destroyed).toBe(true);
    });

    it('is destroyed when its bytes are damaged', async () => {
      const damaged = Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(64, 0xff)]);
      const source = Readable.from([damaged, ...Array.from({ length: 100 }, () => member(1))]);
      await expect(read(source, () => undefined)).rejects.toThrow(FlowLogReadError);
      expect(source.destroyed).toBe(true);
    });

    it('hands on its own errors as they are', async () => {
      const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      const source = (async function* () {
        yield member(1).subarray(0, 20);
        throw reset;
      })();
      await expect(read(source, () => undefined)).rejects.toBe(reset);
    });
  });
});

describe('a source that has stalled', () => {
  it('is destroyed when the reader stops while the next piece is still to come', async () => {
    // As a socket does that has stalled: a piece, and then nothing.
    const source = new Readable({ read: () => undefined });
    source.push(gzipSync(`${DEFAULT_FORMAT}\n${lineOf()}\n`));
    for await (const lines of readFlowLogText(source)) if (lines.length > 0) break;
    expect(source.destroyed).toBe(true);
  });
});
