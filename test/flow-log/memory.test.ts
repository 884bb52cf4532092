import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { DEPLOYED_FORMAT, readFlowLogText } from '../../lambda/flow-log';
import { lineOf } from '../support/flow-log-lines';

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use once nothing can be collected: what happens to lie around does not count. */
function bytesHeld(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const FILLER = Buffer.from(`${lineOf({}, DEPLOYED_FORMAT)}\n`.repeat(220));

/** Pieces of 64 KB, each with one source of its own, made as they are read. */
function* pieces(count: number): Generator<Buffer> {
  yield Buffer.from(`${DEPLOYED_FORMAT}\n`);
  for (let i = 0; i < count; i++) {
    const source = `198.151.${100 + (i >> 7)}.${100 + (i % 128)}`;
    const own = { 'pkt-srcaddr': source, 'interface-id': `eni-0a1b2c3d4e5f6${i % 64}` };
    yield Buffer.concat([Buffer.from(`${lineOf(own, DEPLOYED_FORMAT)}\n`), FILLER]);
  }
}

interface Reading {
  readonly records: number;
  readonly sources: number;
  /** Most bytes held on the way, beyond what was held before. */
  readonly grown: number;
}

/** Reads to the end and keeps every source seen, as detection does. */
async function readKeepingSources(chunks: AsyncIterable<Uint8Array>): Promise<Reading> {
  const before = bytesHeld();
  const kept = new Map<string, string | undefined>();
  let records = 0;
  let grown = 0;
  let reads = 0;
  for await (const lines of readFlowLogText(chunks)) {
    for (const line of lines) {
      if (line.kind !== 'record') continue;
      records += 1;
      kept.set(line.record.source, line.record.interfaceId);
    }
    reads += 1;
    if (reads % 200 === 0) grown = Math.max(grown, bytesHeld() - before);
  }
  return { records, sources: kept.size, grown: Math.max(grown, bytesHeld() - before) };
}

describe('a long log is read in constant memory', () => {
  // Keeping a source once kept all of the piece it was read from: V8's slices hold on to the text they are cut from.
  it.each([
    ['200 MB, plain', 3200, () => Readable.from(pieces(3200))],
    ['100 MB in gzip', 1600, () => Readable.from(pieces(1600)).pipe(createGzip({ level: 1 }))],
  ])(
    '%s, every source kept',
    async (_what, count, open) => {
      const { records, sources, grown } = await readKeepingSources(open());
      expect(records).toBe(count * 221);
      expect(sources).toBe(count + 1);
      expect(grown).toBeLessThan(24 * 1024 * 1024);
    },
    120_000,
  );
});
