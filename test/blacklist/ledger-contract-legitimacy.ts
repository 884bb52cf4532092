import type { Ledger } from '../../lambda/blacklist/ledger';
import { T0 } from './values';

/** Sources known to be legitimate by what they did. */
export function legitimacyContract(create: () => Promise<Ledger>): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await create();
  });

  describe('legitimate sources', () => {
    test('are none in an empty ledger', async () => {
      expect(await ledger.legitimateSources(T0)).toEqual([]);
    });

    test('are known until their time, and not at it', async () => {
      await ledger.recordLegitimate(new Map([['198.51.100.7', T0 + 3600]]));
      expect(await ledger.legitimateSources(T0 + 3599)).toEqual(['198.51.100.7']);
      expect(await ledger.legitimateSources(T0 + 3600)).toEqual([]);
    });

    test('are read in full, of both families, ordered by key', async () => {
      const phones = Array.from({ length: 40 }, (_, i) => `203.0.113.${i}`);
      await ledger.recordLegitimate(new Map([...phones, '2001:db8:1:2::/64'].map((key) => [key, T0 + 60])));
      expect(await ledger.legitimateSources(T0)).toEqual([...phones, '2001:db8:1:2::/64'].sort());
    });

    test('stay known for the longest time recorded, in whatever order it was', async () => {
      await ledger.recordLegitimate(new Map([['198.51.100.7', T0 + 7200]]));
      await ledger.recordLegitimate(new Map([['198.51.100.7', T0 + 60]]));
      expect(await ledger.legitimateSources(T0 + 3600)).toEqual(['198.51.100.7']);
      await ledger.recordLegitimate(new Map([['198.51.100.7', T0 + 9000]]));
      expect(await ledger.legitimateSources(T0 + 8000)).toEqual(['198.51.100.7']);
    });
  });
}
