// Writes the Parquet file of the tests from the text log beside it, with the column names and types that AWS documents
// (VPC user guide, *Available fields*): node scripts/parquet-test-data.mjs
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'test', 'data', 'flow-log');
const numbers = {
  INTEGER: ['version', 'srcport', 'dstport', 'protocol', 'tcp-flags', 'traffic-path'],
  BIGINT: ['packets', 'bytes', 'start', 'end'],
};
const typeOf = (field) => Object.keys(numbers).find((type) => numbers[type].includes(field)) ?? 'VARCHAR';

const connection = await (await DuckDBInstance.create()).connect();
const text = `read_csv('${join(folder, 'lab_sweeps_P1.v5.log')}', delim=' ', header=true, all_varchar=true, nullstr='-')`;
const columnNames = (await connection.runAndReadAll(`SELECT * FROM ${text}`)).columnNames();
const columns = columnNames
  .map((f) => `CAST("${f}" AS ${typeOf(f)}) AS "${f.replaceAll('-', '_')}"`)
  .join(', ');
await connection.run(
  `COPY (SELECT ${columns} FROM ${text}) TO '${join(folder, 'lab_sweeps_P1.v5.parquet')}' (FORMAT parquet, COMPRESSION gzip)`,
);
