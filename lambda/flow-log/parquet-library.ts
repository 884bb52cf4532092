/** The part of the Parquet library that is used. Loaded when a Parquet object is read: no other event needs it. */
export { parquetScan } from 'hyparquet';
