import { bansOf, judged } from '../../support/detection-judging';
import {
  answer,
  answering,
  darkHost,
  DAY,
  exchange,
  HOUR,
  MINUTE,
  ordinaryPast,
  request,
  SCANNER,
  sweep,
  T0,
  TCP,
} from '../../support/detection-records';

const WITH_PAST = ordinaryPast(SCANNER, 1, T0 - HOUR);

describe('SIP to own addresses that never answer', () => {
  test('three of them in an hour are a sweep, decided when the window and its grace are over', async () => {
    const { bans } = await judged(sweep(3));
    expect(bans).toEqual([
      expect.objectContaining({
        source: SCANNER,
        bannedAt: T0 + 2 * MINUTE,
        score: 10,
        forgeable: true,
        evidence: [
          {
            rule: 'dark-addresses',
            at: T0 + MINUTE,
            detail: '3 own addresses that never answered SIP in 1 h',
            score: 10,
            forgeable: true,
          },
        ],
      }),
    ]);
  });

  test('two within a day are one, from a source without history', async () => {
    const [first, second] = sweep(2);
    const { bans } = await judged([first ?? request(), { ...(second ?? request()), end: T0 + 23 * HOUR }]);
    expect(bans.map(({ evidence }) => evidence[0]?.detail)).toEqual([
      '2 own addresses that never answered SIP in 24 h',
    ]);
  });

  test.each([
    ['one, however often', Array.from({ length: 60 }, (_, i) => sweep(1, { at: T0 + i * MINUTE })).flat()],
    ['two, a day apart', [...sweep(1), request({ destination: darkHost(2), at: T0 + DAY })]],
    ['two, from a source with a past', [...WITH_PAST, ...sweep(2)]],
    [
      'three in more than an hour, from a source with a past',
      [...WITH_PAST, ...sweep(2), request({ destination: darkHost(3), at: T0 + HOUR })],
    ],
  ])('%s: no ban', async (_, records) => {
    expect(await bansOf(records)).toEqual([]);
  });

  test('three within the hour are a sweep, also from a source with a past', async () => {
    const third = request({ destination: darkHost(3), at: T0 + 59 * MINUTE });
    expect(await bansOf([...WITH_PAST, ...sweep(2), third])).toEqual([
      { source: SCANNER, bannedAt: T0 + 61 * MINUTE, rules: ['dark-addresses'] },
    ]);
  });

  test('an address that answers anybody is not dark, whoever asks', async () => {
    expect(await bansOf([...sweep(2), ...answering(darkHost(2))])).toEqual([]);
  });

  test('an address that answers a moment later is not dark', async () => {
    const asked = request({ destination: darkHost(2), at: T0 + 59 });
    expect(await bansOf([...sweep(1), asked, answer(asked, { at: T0 + 61 })])).toEqual([]);
  });

  test('an address that first answers after the decision is dark', async () => {
    expect(await bansOf([...sweep(2), ...answering(darkHost(2), T0 + 2 * MINUTE)])).toHaveLength(1);
  });

  test('an answer is remembered for 7 days', async () => {
    const known = [...answering(darkHost(1)), ...answering(darkHost(2))];
    expect(await bansOf([...known, ...sweep(2, { at: T0 + 7 * DAY - MINUTE })])).toEqual([]);
    expect(await bansOf([...known, ...sweep(2, { at: T0 + 7 * DAY })])).toHaveLength(1);
  });

  test('a window in which no dark address is touched is no new reason', async () => {
    const elsewhere = exchange({ at: T0 + 10 * MINUTE, sourcePort: 40_000 });
    const { verdicts } = await judged([...sweep(3), ...elsewhere], { allowed: [`${SCANNER}/32`] });
    expect(verdicts.map(({ decidedAt }) => decidedAt)).toEqual([T0 + 2 * MINUTE]);
  });

  test('a TCP reset is no answer, and proves nothing about who asked', async () => {
    const probes = sweep(3, { protocol: TCP, bytes: 44 });
    const { bans } = await judged([...probes, ...probes.map((probe) => answer(probe, { bytes: 40 }))]);
    expect(bans).toMatchObject([{ source: SCANNER, forgeable: true }]);
  });

  test('words over TCP prove that the address is its own', async () => {
    const spoken = exchange({ protocol: TCP, packets: 5, bytes: 700 });
    const { bans } = await judged([...sweep(3, { protocol: TCP, bytes: 44 }), ...spoken]);
    expect(bans).toMatchObject([{ source: SCANNER, forgeable: false }]);
  });

  test('media and ports that are not SIP touch nothing', async () => {
    const elsewhere = [80, 5070, 10_500].flatMap((destinationPort) => sweep(3, { destinationPort }));
    expect(await bansOf(elsewhere)).toEqual([]);
  });
});

describe('whoever asks each address from another port', () => {
  let port = 30_000;
  const asked = (nth: number, at: number) =>
    request({ destination: darkHost(nth), at, sourcePort: (port += 1) });
  /** All of a site's addresses, dealt out over three windows, every 5 minutes. */
  const rounds = (isRecorded: (round: number, nth: number) => boolean) =>
    Array.from({ length: 6 }, (_, round) =>
      Array.from({ length: 9 }, (__, i) => i + 1)
        .filter((nth) => isRecorded(round, nth))
        .map((nth) => asked(nth, T0 + round * 5 * MINUTE + (nth % 3) * MINUTE)),
    ).flat();

  test('in rounds over the same ones may be a monitor: no ban', async () => {
    expect(await bansOf(rounds(() => true))).toEqual([]);
  });

  test('in rounds of which records are missing finds nothing new in the next: no ban', async () => {
    expect(await bansOf(rounds((round, nth) => round !== nth % 5))).toEqual([]);
  });

  test('a new one every minute is looking for them', async () => {
    const slow = [1, 2, 3, 4].map((nth) => asked(nth, T0 + nth * MINUTE));
    expect(await bansOf(slow)).toMatchObject([{ source: SCANNER, bannedAt: T0 + 6 * MINUTE }]);
  });

  test('a few new ones beside as many it knows is looking for them too', async () => {
    const growing = [1, 2, 3, 4].flatMap((nth) => [
      asked(nth, T0 + nth * MINUTE),
      ...(nth === 1 ? [] : [asked(1, T0 + nth * MINUTE)]),
    ]);
    expect(await bansOf(growing)).toMatchObject([{ source: SCANNER }]);
  });
});
