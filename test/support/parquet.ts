import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** Fields that AWS writes as numbers (VPC user guide, *Available fields*: Parquet data type); all others are strings. */
const NUMBERS: Readonly<Record<string, string>> = {
  version: 'INTEGER',
  srcport: 'INTEGER',
  dstport: 'INTEGER',
  protocol: 'INTEGER',
  packets: 'BIGINT',
  bytes: 'BIGINT',
  start: 'BIGINT',
  end: 'BIGINT',
  'tcp-flags': 'INTEGER',
  'traffic-path': 'INTEGER',
};

/** How a Parquet file is written. */
export interface ParquetWriting {
  readonly compression?: 'gzip' | 'snappy' | 'brotli' | 'zstd' | 'uncompressed';
  /** Rows in a group. */
  readonly rowGroupSize?: number;
  /** SQL of columns, for files that differ from AWS's. @default AWS's names and types */
  readonly columns?: string;
}

/** A text log with a header line as the Parquet file that AWS would have written, by DuckDB. */
export async function parquetOf(textFile: string, writing: ParquetWriting = {}): Promise<Buffer> {
  const [header = ''] = readFileSync(textFile, 'utf8').split('\n', 1);
  const { compression = 'gzip', rowGroupSize = 122_880, columns = awsColumns(header.split(' ')) } = writing;
  const target = join(tmpdir(), `ringfence-${process.pid}-${Math.random().toString(36).slice(2)}.parquet`);
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    await connection.run(
      `COPY (SELECT ${columns} FROM read_csv('${textFile}', delim=' ', header=true, all_varchar=true, nullstr='-'))
       TO '${target}' (FORMAT parquet, COMPRESSION ${compression}, ROW_GROUP_SIZE ${rowGroupSize})`,
    );
    return readFileSync(target);
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(target, { force: true });
  }
}

function awsColumns(fields: readonly string[]): string {
  return fields
    .map((field) => `CAST("${field}" AS ${NUMBERS[field] ?? 'VARCHAR'}) AS "${field.replaceAll('-', '_')}"`)
    .join(', ');
}
