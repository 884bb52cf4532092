import { type FlowLogFormat, type ParsedLine, readFlowLogText } from '../../lambda/flow-log';

/** The bytes as an object that arrives in the given pieces. */
export async function* arriving(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield piece;
}

/** The bytes cut at the given places. */
export function cutAt(bytes: Uint8Array, ...places: readonly number[]): Uint8Array[] {
  const ends = [...places, bytes.length];
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

/** Every line of an object that arrives in the given pieces. */
export async function readPieces(
  pieces: readonly Uint8Array[],
  format?: FlowLogFormat,
): Promise<ParsedLine[]> {
  return readAll(arriving(...pieces), format);
}

/** Every line of an object. */
export async function readAll(
  chunks: AsyncIterable<Uint8Array>,
  format?: FlowLogFormat,
): Promise<ParsedLine[]> {
  const lines: ParsedLine[] = [];
  for await (const some of readFlowLogText(chunks, format)) lines.push(...some);
  return lines;
}
