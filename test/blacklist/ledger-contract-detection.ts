import { type Ledger, LedgerConflictError } from '../../lambda/blacklist/ledger';
import { T0, contribution, networkState, sourceState } from './values';

/** Contributions, states, answers and marks. */
export function detectionContract(create: () => Promise<Ledger>): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await create();
  });

  describe('contributions', () => {
    const batch = [
      contribution({ key: '203.0.113.9' }),
      contribution(),
      contribution({ key: '2001:db8:1:2::/64', source: '2001:db8:1:2::7' }),
      contribution({ window: T0 + 300 }),
    ];

    test('a batch written twice counts once', async () => {
      expect(await ledger.recordContributions(batch)).toEqual({ written: 4, duplicates: 0 });
      expect(await ledger.recordContributions([...batch].reverse())).toEqual({ written: 0, duplicates: 4 });
      expect(await ledger.contributionsOf(T0)).toEqual([batch[1], batch[2], batch[0]]);
      expect(await ledger.contributionsOf(T0 + 300)).toEqual([batch[3]]);
    });

    test('a contribution given twice in a batch counts once', async () => {
      const twice = [contribution(), contribution()];
      expect(await ledger.recordContributions(twice)).toEqual({ written: 1, duplicates: 1 });
      expect(await ledger.contributionsOf(T0)).toHaveLength(1);
    });

    test('different batches add up, in the order of key and digest', async () => {
      await ledger.recordContributions([
        contribution({ digest: 'b' }),
        contribution({ key: '203.0.113.1', digest: 'b' }),
      ]);
      await ledger.recordContributions([
        contribution({ digest: 'a' }),
        contribution({ key: '203.0.113.1', digest: 'a' }),
      ]);
      const read = await ledger.contributionsOf(T0);
      expect(read.map(({ key, digest }) => `${key} ${digest}`)).toEqual([
        '198.51.100.7 a',
        '198.51.100.7 b',
        '203.0.113.1 a',
        '203.0.113.1 b',
      ]);
    });

    test('a window without any is empty, and nothing to write is no work', async () => {
      expect(await ledger.contributionsOf(T0)).toEqual([]);
      expect(await ledger.recordContributions([])).toEqual({ written: 0, duplicates: 0 });
      expect(await ledger.nextPendingWindow(undefined)).toBeUndefined();
    });

    test('more than fits into one item or one page is read in full', async () => {
      const flow = contribution().flows[0];
      const flows = Array.from(
        { length: 128 },
        (_, i) => ({ ...flow, remotePort: 1024 + i }) as typeof flow & object,
      );
      const many = Array.from({ length: 60 }, (_, i) =>
        contribution({ key: `198.51.100.${100 + i}`, flows }),
      );
      expect(await ledger.recordContributions(many)).toEqual({ written: 60, duplicates: 0 });
      expect(await ledger.recordContributions(many)).toEqual({ written: 0, duplicates: 60 });
      expect(await ledger.contributionsOf(T0)).toEqual(many);
    });

    test('the pending windows come oldest first', async () => {
      for (const window of [T0 + 600, T0, T0 + 300])
        await ledger.recordContributions([contribution({ window })]);
      expect(await ledger.nextPendingWindow(undefined)).toBe(T0);
      expect(await ledger.nextPendingWindow(T0)).toBe(T0 + 300);
      expect(await ledger.nextPendingWindow(T0 + 299)).toBe(T0 + 300);
      expect(await ledger.nextPendingWindow(T0 + 600)).toBeUndefined();
    });
  });

  describe('states', () => {
    test('are versioned from 1', async () => {
      await ledger.putSourceState(sourceState(), 0);
      await ledger.putSourceState(sourceState({ weight: 4 }), 1);
      const read = await ledger.sourceStates(['198.51.100.7', '198.51.100.8', '198.51.100.7']);
      expect(read).toEqual(new Map([['198.51.100.7', { value: sourceState({ weight: 4 }), version: 2 }]]));
    });

    test.each([0, 2, 7])(
      'are not written over with version %i expected, when 1 is stored',
      async (expected) => {
        await ledger.putSourceState(sourceState(), 0);
        await expect(ledger.putSourceState(sourceState({ weight: 9 }), expected)).rejects.toThrow(
          LedgerConflictError,
        );
        expect((await ledger.sourceStates(['198.51.100.7'])).get('198.51.100.7')?.value).toEqual(
          sourceState(),
        );
      },
    );

    test('one of several who write at the same time wins, the others hear of it', async () => {
      const weights = [1, 2, 3, 4, 5];
      const all = await Promise.allSettled(
        weights.map((weight) => ledger.putSourceState(sourceState({ weight }), 0)),
      );
      const lost = all.filter((result) => result.status === 'rejected');
      expect(lost).toHaveLength(4);
      for (const { reason } of lost) expect(reason).toBeInstanceOf(LedgerConflictError);
      const won = weights[all.findIndex(({ status }) => status === 'fulfilled')];
      expect((await ledger.sourceStates(['198.51.100.7'])).get('198.51.100.7')?.value.weight).toBe(won);
    });

    test('are read by the hundred and more', async () => {
      const keys = Array.from({ length: 230 }, (_, i) => `203.0.113.${i}`);
      await Promise.all(keys.map((key) => ledger.putSourceState(sourceState({ key }), 0)));
      const read = await ledger.sourceStates([...keys, '198.51.100.1']);
      expect([...read.keys()].sort()).toEqual([...keys].sort());
      expect(await ledger.sourceStates([])).toEqual(new Map());
    });

    test('of neighbourhoods are kept in the same way', async () => {
      await ledger.putNetworkState(networkState(), 0);
      await expect(ledger.putNetworkState(networkState(), 0)).rejects.toThrow(LedgerConflictError);
      const read = await ledger.networkStates(['198.51.100.0/24', '203.0.113.0/24']);
      expect(read).toEqual(new Map([['198.51.100.0/24', { value: networkState(), version: 1 }]]));
      expect(await ledger.sourceStates(['198.51.100.0/24'])).toEqual(new Map());
    });

    test('cannot be changed from outside', async () => {
      const unfinished: [number, number][] = [[5071, T0]];
      await ledger.putSourceState(sourceState({ unfinished }), 0);
      const change = (list: unknown) => {
        try {
          (list as [number, number][]).push([5072, T0]);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      };
      change(unfinished);
      change((await ledger.sourceStates(['198.51.100.7'])).get('198.51.100.7')?.value.unfinished);
      const read = (await ledger.sourceStates(['198.51.100.7'])).get('198.51.100.7')?.value.unfinished;
      expect(read).toEqual([[5071, T0]]);
    });
  });

  test('the first window ever judged stays the first', async () => {
    expect(await ledger.watchingSince()).toBeUndefined();
    await ledger.startWatching(T0);
    await ledger.startWatching(T0 - 60);
    await ledger.startWatching(T0 + 60);
    expect(await ledger.watchingSince()).toBe(T0);
  });

  test('answers are remembered, and never go back', async () => {
    expect(await ledger.answeringAddresses()).toEqual(new Map());
    await ledger.recordAnswers(
      new Map([
        ['203.0.113.10', T0],
        ['2001:db8::10', T0],
      ]),
    );
    await ledger.recordAnswers(
      new Map([
        ['203.0.113.10', T0 - 300],
        ['2001:db8::10', T0 + 300],
      ]),
    );
    expect(await ledger.answeringAddresses()).toEqual(
      new Map([
        ['2001:db8::10', T0 + 300],
        ['203.0.113.10', T0],
      ]),
    );
  });

  test('the mark of what is judged never goes back', async () => {
    expect(await ledger.judgedThrough()).toBeUndefined();
    for (const window of [T0, T0 + 300, T0, T0 + 300]) await ledger.advanceJudgedThrough(window);
    expect(await ledger.judgedThrough()).toBe(T0 + 300);
  });
}
