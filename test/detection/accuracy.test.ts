import { scoreBans } from '../../lib/cli/replay/labels';
import { judged } from '../support/detection-judging';
import { type LabelledLog, labLog, recordedDay } from '../support/detection-logs';

async function scoreOf(log: LabelledLog) {
  const { bans } = await judged(log.records, { site: log.site });
  return scoreBans(bans, log.sources);
}

/** What was measured when the test was written, less a little: a change that loses a kind of scanner is seen. */
describe('on recorded traffic', () => {
  test.each([
    { set: 'all tools, v2 fields', log: () => labLog('lab_all_P1', 'v2'), recall: 0.75 },
    { set: 'all tools, v5 fields', log: () => labLog('lab_all_P1', 'v5'), recall: 0.75 },
    { set: 'a day', log: recordedDay, recall: 0.9 },
  ])('$set: recall of at least $recall, and nobody banned who calls', async ({ log, recall }) => {
    const score = await scoreOf(await log());
    expect(score.falseBans).toEqual([]);
    expect(score.recall).toBeGreaterThanOrEqual(recall);
  });

  test('none of the callers who look like scanners is banned', async () => {
    const log = await labLog('lab_lookalikes_P1', 'v2');
    const { bans } = await judged(log.records, { site: log.site });
    expect(bans).toEqual([]);
    expect(Object.keys(log.sources).length).toBeGreaterThan(70);
  });
});
