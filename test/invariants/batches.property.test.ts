import * as fc from 'fast-check';
import { judgePending } from '../../lambda/blacklist/judge-pending';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { deliver, delivery } from '../support/detection-delivery';
import { contributionsOf, judgeContext, judgeOptions } from '../support/detection-judging';
import { traffic } from '../support/detection-traffic';
import { invariant } from './invariant';

/** Test data end long before. */
const LATE = 4_000_000_000;

describe('with any traffic', () => {
  invariant(
    7,
    'batches duplicated, reordered, divided or retried give the same bans as one',
    fc.asyncProperty(traffic, delivery, async (records, options) => {
      const judge = judgeContext();
      const contributions = contributionsOf(records, 'all', judge);
      const once = new MemoryLedger();
      await once.recordContributions(contributions);
      await judgePending(judgeOptions(once, Infinity, judge));
      const many = await deliver(records, options, judge);
      const keys = [...new Set(contributions.map(({ key }) => key))];
      expect(await many.latestBans(keys)).toEqual(await once.latestBans(keys));
      expect(await many.bansInForce(LATE)).toEqual(await once.bansInForce(LATE));
    }),
    40,
  );
});
