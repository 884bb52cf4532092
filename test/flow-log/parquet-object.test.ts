import { createReadStream, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  FlowLogFormatError,
  FlowLogReadError,
  fileOfBytes,
  isParquet,
  type ParsedLine,
  type RandomAccessFile,
  readFlowLogParquet,
} from '../../lambda/flow-log';
import { readAll } from '../support/flow-log-streams';
import { parquetOf, type ParquetWriting } from '../support/parquet';

const DATA = join(__dirname, '..', 'data');
const SWEEPS = join(DATA, 'flow-log', 'lab_sweeps_P1.v5.log');

async function readParquet(file: RandomAccessFile): Promise<ParsedLine[]> {
  const lines: ParsedLine[] = [];
  for await (const some of readFlowLogParquet(file)) lines.push(...some);
  return lines;
}

const asText = (path: string) => readAll(createReadStream(path));

/** The bytes as a file that notes which of them were asked for. */
function watched(bytes: Buffer): RandomAccessFile & { read: number } {
  const file = fileOfBytes(bytes);
  const seen = {
    read: 0,
    byteLength: bytes.length,
    slice(start: number, end = bytes.length) {
      seen.read += end - start;
      return file.slice(start, end);
    },
  };
  return seen;
}

describe('a Parquet object', () => {
  it('is told by its first bytes', () => {
    expect(isParquet(readFileSync(join(DATA, 'flow-log', 'lab_sweeps_P1.v5.parquet')))).toBe(true);
    expect([Buffer.from('PAR'), Buffer.from('2 12'), Buffer.alloc(0)].map(isParquet)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('with the columns and types that AWS writes gives what the text gives, rows without traffic included', async () => {
    const rows = await readParquet(
      fileOfBytes(readFileSync(join(DATA, 'flow-log', 'lab_sweeps_P1.v5.parquet'))),
    );
    expect(rows).toHaveLength(240);
    expect(rows.filter(({ kind }) => kind === 'no-data')).toHaveLength(2);
    expect(rows).toEqual(await asText(SWEEPS));
  });

  it.each<[string, ParquetWriting]>([
    ['gzip', { compression: 'gzip' }],
    ['Snappy', { compression: 'snappy' }],
    ['Brotli', { compression: 'brotli' }],
    ['no compression', { compression: 'uncompressed' }],
    ['numbers as text', { columns: '*' }],
    [
      'times as timestamps',
      {
        columns: '* REPLACE (to_timestamp("start"::BIGINT) AS "start", to_timestamp("end"::BIGINT) AS "end")',
      },
    ],
    [
      'its columns in another order, among others',
      { columns: '1 AS x, "end", COLUMNS(c -> c <> \'end\'), 2 AS y' },
    ],
  ])('written with %s gives what the text gives', async (_how, writing) => {
    expect(await readParquet(fileOfBytes(await parquetOf(SWEEPS, writing)))).toEqual(await asText(SWEEPS));
  });

  it('of several row groups is read in order', async () => {
    const text = gunzipSync(readFileSync(join(DATA, 'detection', 'lab_all_P1.v5.log.gz')));
    const path = join(tmpdir(), `ringfence-${process.pid}.log`);
    writeFileSync(path, text);
    try {
      const rows = await readParquet(fileOfBytes(await parquetOf(path, { rowGroupSize: 2048 })));
      expect(rows.length).toBeGreaterThan(2 * 2048);
      expect(rows).toEqual(await asText(path));
    } finally {
      rmSync(path);
    }
  });

  it('is read in part only: columns that nobody needs stay where they are', async () => {
    const bytes = await parquetOf(SWEEPS, {
      columns: `*, list_reduce(list_transform(range(300), x -> uuid()::VARCHAR), (a, b) -> a || b) AS "vpc-name"`,
      compression: 'uncompressed',
    });
    const file = watched(bytes);
    expect(await readParquet(file)).toEqual(await asText(SWEEPS));
    expect(bytes.length).toBeGreaterThan(2_000_000);
    expect(file.read).toBeLessThan(bytes.length / 2);
  });

  it('counts values that cannot be as text with the same values does', async () => {
    const bytes = await parquetOf(SWEEPS, {
      columns: `* REPLACE (-1 AS srcport, 1.5::DOUBLE AS packets)`,
    });
    const causes = (await readParquet(fileOfBytes(bytes))).map((row) =>
      row.kind === 'malformed' ? row.cause : row.kind,
    );
    expect(new Set(causes)).toEqual(new Set(['no-data', 'port']));
  });
});

describe('a Parquet object that cannot be read', () => {
  it('for want of a column says which', async () => {
    const bytes = await parquetOf(SWEEPS, { columns: '* EXCLUDE ("dstport")' });
    await expect(readParquet(fileOfBytes(bytes))).rejects.toThrow(
      new FlowLogFormatError(
        'the format lacks dstport: create a flow log with these fields, or give the right --format',
      ),
    );
  });

  it('for it is about something else says so', async () => {
    const bytes = await parquetOf(SWEEPS, { columns: '"version", 1 AS colour' });
    await expect(readParquet(fileOfBytes(bytes))).rejects.toThrow(FlowLogFormatError);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut short', (bytes) => bytes.subarray(0, bytes.length - 10)],
    ['empty', () => Buffer.alloc(0)],
    ['with a damaged page', (bytes) => Buffer.from(bytes).fill(0xff, 4, 6000)],
  ])('for it is %s says that it is damaged', async (_how, damage) => {
    const bytes = damage(await parquetOf(SWEEPS));
    await expect(readParquet(fileOfBytes(bytes))).rejects.toThrow(FlowLogReadError);
  });

  it('for it cannot be fetched says what fetching said', async () => {
    const refused = new Error('AccessDenied');
    const file = { byteLength: 1000, slice: () => Promise.reject(refused) };
    await expect(readParquet(file)).rejects.toBe(refused);
  });
});
