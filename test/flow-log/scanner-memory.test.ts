import { DEPLOYED_FORMAT, FlowLogFormat } from '../../lambda/flow-log';
import { lineOf } from '../support/flow-log-lines';
import { bothWays } from '../support/scanners';

const format = FlowLogFormat.parse(DEPLOYED_FORMAT);
const scanLines = (...lines: readonly string[]) =>
  bothWays(
    lines.map((line) => Buffer.from(`${line}\n`)),
    { format },
  );

// The scanner's memory outlives a log. Found by fuzzing: a line with too few fields that ended where a line of the log
// before had ended was read with the places of that line's fields.
describe('behind a log whose line ended at the same place', () => {
  it.each([
    ['a record', lineOf({}, DEPLOYED_FORMAT)],
    ['an interval without data', lineOf({ 'log-status': 'NODATA' }, DEPLOYED_FORMAT)],
  ])('a line that is %s but for its spaces has the wrong number of fields', (_, line) => {
    scanLines(line);
    // The first line shows the format. It is as long as what is looked at in one go, and so leaves the rest in place.
    const { wasm, plain } = scanLines('-'.repeat(63), line.replaceAll(' ', '_'));
    expect(wasm).toEqual(plain);
    expect(wasm.records).toEqual([]);
    expect(wasm.counts).toMatchObject({ read: 2, malformedByCause: { 'field-count': 2 } });
  });
});
