import { activities, type SourceState, type WindowOutcome, judgeWindow } from '../../lambda/detection';
import { newSourceState } from '../../lambda/detection/fold';
import { MAX_REMEMBERED } from '../../lambda/detection/source-state';
import { isInVain } from '../../lambda/detection/touches';
import { contributionsOf, judgeContext, judged } from '../support/detection-judging';
import {
  answer,
  answering,
  exchange,
  HOUR,
  media,
  MINUTE,
  PHONE,
  request,
  SCANNER,
  sweep,
  T0,
  TCP,
  UDP,
} from '../support/detection-records';
import type { FlowLogRecord } from '../../lambda/flow-log';

async function stateAfter(records: readonly FlowLogRecord[], key = SCANNER): Promise<SourceState> {
  const { ledger } = await judged(records, { allowed: [`${SCANNER}/32`] });
  const state = (await ledger.sourceStates([key])).get(key)?.value;
  if (state === undefined) throw new Error(`${key} left no state`);
  return state;
}

describe('what is remembered of a source', () => {
  test('its first window', async () => {
    expect(await stateAfter(sweep(1, { packets: 4 }))).toEqual({
      schema: 1,
      key: SCANNER,
      source: SCANNER,
      foldedThrough: T0,
      firstSeen: T0,
      lastSeen: T0 + MINUTE,
      touches: [['10.20.1.201', T0 + MINUTE, T0 + MINUTE, 5060, 0]],
      discovery: {
        seen: expect.stringMatching(/^0*[1248]0*$/) as string,
        windows: 1,
        first: T0 + MINUTE,
        last: T0 + MINUTE,
      },
      ports: [[5060, '10.20.1.201', T0 + MINUTE]],
      exchange: [[T0, 4, 0]],
      unfinished: [],
      mediaAt: 0,
      contactAt: 0,
      serviceAt: 0,
      history: { buckets: 0, lastBucket: 0 },
      conversed: { first: 0, last: 0 },
      convictedAt: 0,
      provenAt: 0,
      evidence: [],
      weight: 4,
    });
  });

  test('its weight halves every 6 hours and grows by its packets', async () => {
    const { weight } = await stateAfter([...sweep(1, { packets: 40 }), ...sweep(1, { at: T0 + 6 * HOUR })]);
    expect(weight).toBeCloseTo(21, 9);
  });

  test('lists are bounded, the newest first', async () => {
    const early = sweep(20).reverse();
    const late = request({ destination: '10.20.1.250', at: T0 + 5 * MINUTE });
    const { touches, ports } = await stateAfter([...early, late]);
    expect(touches).toHaveLength(MAX_REMEMBERED);
    expect(touches[0]).toEqual(['10.20.1.250', T0 + 6 * MINUTE, T0 + 6 * MINUTE, 5060, 0]);
    // Two addresses of a port are enough to know that it is tried on several.
    expect(ports).toHaveLength(2);
  });

  test('however long it goes on, its state stays small', async () => {
    const minutes = Array.from({ length: 240 }, (_, i) => i);
    const records = minutes.flatMap((minute) => [
      ...sweep(40, { at: T0 + minute * MINUTE, destinationPort: 5060 + (minute % 40) }),
      ...exchange({ packets: 120, at: T0 + minute * MINUTE }),
    ]);
    const state = await stateAfter(records);
    expect(state.exchange.length).toBeLessThanOrEqual(HOUR / 300 + 1);
    expect(state.evidence.length).toBeLessThanOrEqual(5);
    expect(JSON.stringify(state).length).toBeLessThan(3000);
  });

  test('the newest evidence of each rule, for a day', async () => {
    const records = [
      ...sweep(3),
      ...exchange({ packets: 120, at: T0 + HOUR }),
      ...sweep(3, { at: T0 + 2 * HOUR }),
    ];
    const { evidence } = await stateAfter(records);
    expect(evidence.map(({ rule, at }) => [rule, at])).toEqual([
      ['dark-addresses', T0 + 2 * HOUR + MINUTE],
      ['flow-rate', T0 + HOUR + MINUTE],
    ]);
    const dayLater = [...records, ...exchange({ at: T0 + 25 * HOUR })];
    expect((await stateAfter(dayLater)).evidence.map(({ rule }) => rule)).toEqual(['dark-addresses']);
  });

  test('an address that turns out to answer is taken off the dark ones', async () => {
    const found = [
      ...sweep(2),
      ...answering('10.20.1.201', T0 + 10 * MINUTE),
      ...exchange({ at: T0 + 11 * MINUTE }),
    ];
    const { touches } = await stateAfter(found);
    expect(touches.filter(isInVain)).toEqual([['10.20.1.202', T0 + MINUTE, T0 + MINUTE, 5060, 0]]);
  });

  test('a long call is written once an hour, and nothing is written of media alone that went one way', async () => {
    const call = (minute: number) => media(PHONE, T0 + minute * MINUTE);
    expect(await stateAfter([...call(0), ...call(59)], PHONE)).toMatchObject({ mediaAt: T0 + MINUTE });
    expect(await stateAfter([...call(0), ...call(60)], PHONE)).toMatchObject({ mediaAt: T0 + 61 * MINUTE });
    await expect(stateAfter(call(0).slice(0, 1), PHONE)).rejects.toThrow('left no state');
  });
});

describe('answers over TCP', () => {
  const scan = sweep(1, { protocol: TCP, bytes: 60 });
  const [probe] = scan;

  test.each([
    { what: 'a reset', packets: 1, bytes: 40, isAnswer: false },
    { what: 'a SYN-ACK with options, sent three times', packets: 3, bytes: 180, isAnswer: false },
    { what: 'words', packets: 4, bytes: 700, isAnswer: true },
    { what: 'something of unknown size', packets: 1, bytes: 0, isAnswer: true },
  ])('$what: an answer: $isAnswer', async ({ packets, bytes, isAnswer }) => {
    const { touches } = await stateAfter([...scan, answer(probe ?? request(), { packets, bytes })]);
    expect(touches.filter(isInVain)).toHaveLength(isAnswer ? 0 : 1);
  });

  test('the least packet over UDP is one', async () => {
    const [knock] = sweep(1);
    const { touches } = await stateAfter([
      ...sweep(1),
      answer(knock ?? request(), { protocol: UDP, bytes: 29 }),
    ]);
    expect(touches.filter(isInVain)).toEqual([]);
  });
});

describe('while a ban is in force', () => {
  const window = T0 + HOUR;

  function judge(bannedAt: number, expiresAt: number): WindowOutcome {
    return judgeWindow(
      {
        window,
        seen: activities(contributionsOf(sweep(5, { at: window }))),
        before: new Map(),
        watchingSince: window,
        grace: new Map(),
        states: new Map(),
        networks: new Map(),
        answering: new Map(),
        bans: new Map([[SCANNER, { bannedAt, expiresAt }]]),
      },
      judgeContext(),
    );
  }

  test.each([
    ['ended before the window', window - HOUR, window, true],
    ['ends within the window', window - HOUR, window + 1, false],
    ['ends between window and decision', window - HOUR, window + 90, false],
    ['covers the window', window - HOUR, window + HOUR, false],
    ['was made between window and decision', window + MINUTE, window + HOUR, false],
    ['was made by this very window', window + 2 * MINUTE, window + HOUR, true],
  ])('a ban that %s', (_, bannedAt, expiresAt, isEvidence) => {
    const { verdicts, states, networks } = judge(bannedAt, expiresAt);
    expect(verdicts).toHaveLength(isEvidence ? 1 : 0);
    expect(networks).toHaveLength(isEvidence ? 1 : 0);
    expect(states).toMatchObject([{ weight: 5, lastSeen: window + MINUTE, touches: [], evidence: [] }]);
  });

  describe('a source that is heard', () => {
    /** Its weight after one packet in this window, when it weighed 64 `quiet` seconds before the end of it. */
    function weightAfter(quiet: number, banned: boolean, records = sweep(1, { at: window })): number {
      const state: SourceState = {
        ...newSourceState(SCANNER, SCANNER, T0),
        foldedThrough: T0,
        lastSeen: window + MINUTE - quiet,
        weight: 64,
      };
      const { states } = judgeWindow(
        {
          window,
          seen: activities(contributionsOf(records)),
          before: new Map(),
          watchingSince: T0,
          grace: new Map(),
          states: new Map([[SCANNER, state]]),
          networks: new Map(),
          answering: new Map(),
          bans: new Map(banned ? [[SCANNER, { bannedAt: T0, expiresAt: window + HOUR }]] : []),
        },
        judgeContext(),
      );
      return states[0]?.weight ?? NaN;
    }

    test.each([
      ['now and then weighs no less than before', 3 * HOUR, true, 64],
      ['after a half-life of silence still does', 6 * HOUR, true, 64],
      ['after longer has faded for the rest of it', 12 * HOUR, true, 32],
      ['without a ban fades all the time', 6 * HOUR, false, 33],
    ])('%s', (_, quiet, banned, weight) => expect(weightAfter(quiet, banned)).toBeCloseTo(weight, 9));

    test('adds what it sends, where that is more than what fades', () =>
      expect(weightAfter(6 * HOUR, true, sweep(1, { at: window, packets: 40 }))).toBeCloseTo(72, 9));
  });

  test('a persistent scanner is banned again only for what it does after the ban', async () => {
    const minutes = Array.from({ length: 120 }, (_, i) => T0 + i * MINUTE);
    const { bans } = await judged(minutes.flatMap((at) => sweep(3, { at })));
    expect(bans.map(({ bannedAt, expiresAt }) => [bannedAt - T0, expiresAt - T0])).toEqual([
      [120, 3720],
      [3840, 7440],
    ]);
    for (const { bannedAt, evidence } of bans.slice(1)) {
      expect(evidence.every(({ at }) => at > T0 + 3720 && at < bannedAt)).toBe(true);
    }
  });

  test('between its sweeps a scanner is as good as anybody, and earns no trust by it', async () => {
    const between = Array.from({ length: 6 }, (_, i) => exchange({ at: T0 + 2 * HOUR + i * 5 * MINUTE }));
    const talks = Array.from({ length: 6 }, (_, i) =>
      exchange({ packets: 2, at: T0 + 3 * HOUR + i * 5 * MINUTE }),
    );
    const { bans, ledger } = await judged([
      ...sweep(3),
      ...between.flat(),
      ...talks.flat(),
      ...sweep(3, { at: T0 + 5 * HOUR }),
    ]);
    expect(bans.map(({ bannedAt }) => bannedAt - T0)).toEqual([2 * MINUTE, 5 * HOUR + 2 * MINUTE]);
    const state = (await ledger.sourceStates([SCANNER])).get(SCANNER)?.value;
    expect(state).toMatchObject({ history: { buckets: 0 }, conversed: { first: 0 } });
  });

  test('a ban consumes its evidence', async () => {
    const { ledger } = await judged(sweep(3));
    const state = (await ledger.sourceStates([SCANNER])).get(SCANNER)?.value;
    expect(state).toMatchObject({ touches: [], ports: [], exchange: [], evidence: [], weight: 3 });
  });
});
