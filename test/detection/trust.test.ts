import { bansOf, judged } from '../support/detection-judging';
import {
  answer,
  DAY,
  exchange,
  media,
  MINUTE,
  OFFICE,
  ordinaryPast,
  PHONE,
  PROVIDER,
  request,
  SCANNER,
  sweep,
  T0,
} from '../support/detection-records';

describe('media', () => {
  test('both ways make a source trusted: its evidence is shown, and it is not banned', async () => {
    const { bans, verdicts } = await judged([
      ...media(PHONE, T0, 300),
      ...sweep(3, { source: PHONE, at: T0 + 5 * MINUTE }),
    ]);
    expect(bans).toEqual([]);
    expect(verdicts).toMatchObject([
      {
        key: PHONE,
        kind: 'suspect',
        score: 10,
        trust: 'media within 7 days',
        evidence: [{ rule: 'dark-addresses' }],
      },
    ]);
  });

  test.each([
    ['fewer than 300 packets in a record from the source', media(PHONE, T0, 299, 3000)],
    ['fewer than 300 packets in a record to it', media(PHONE, T0, 3000, 299)],
    ['only from the source', media(PHONE, T0).slice(0, 1)],
    ['only to the source', media(PHONE, T0).slice(1)],
    ['rejected', media(PHONE, T0).map((record) => ({ ...record, action: 'REJECT' as const }))],
    ['of somebody else', media('203.0.113.78', T0)],
    ['200 packets and 200 packets more', [...media(PHONE, T0, 200), ...media(PHONE, T0, 200)]],
  ])('%s are no reason for trust', async (_, records) => {
    const bans = await bansOf([...records, ...sweep(3, { source: PHONE, at: T0 + 5 * MINUTE })]);
    expect(bans).toMatchObject([{ source: PHONE }]);
  });

  test('trust ends 7 days after the last call', async () => {
    const callEnds = T0 + MINUTE;
    const scanAt = (at: number) =>
      bansOf([...media(PHONE, T0), ...sweep(3, { source: PHONE, at: at - MINUTE })]);
    expect(await scanAt(callEnds + 7 * DAY - MINUTE)).toEqual([]);
    expect(await scanAt(callEnds + 7 * DAY)).toMatchObject([{ source: PHONE }]);
  });

  test('a call that begins in the grace excuses', async () => {
    const scan = sweep(3, { source: PHONE, at: T0 });
    expect(await bansOf([...scan, ...media(PHONE, T0 + MINUTE)])).toEqual([]);
    expect(await bansOf([...scan, ...media(PHONE, T0 + 2 * MINUTE)])).toHaveLength(1);
  });

  test('a call in which one way shows a minute later excuses', async () => {
    const [heard, spoken] = media(PHONE, T0);
    const late = { ...(spoken ?? request()), start: T0 + MINUTE, end: T0 + 119 };
    expect(await bansOf([heard ?? request(), late, ...sweep(3, { source: PHONE })])).toEqual([]);
  });

  test('a call of hours without signalling keeps its trust', async () => {
    const minutes = 180;
    const call = Array.from({ length: minutes }, (_, i) => media(PHONE, T0 + i * MINUTE)).flat();
    const scanAt = T0 + (minutes - 1) * MINUTE + 7 * DAY - 61 * MINUTE;
    expect(await bansOf([...call, ...sweep(3, { source: PHONE, at: scanAt })])).toEqual([]);
  });
});

describe('the allowlist', () => {
  test.each([
    ['configured', OFFICE, {}],
    ["the provider's proxies", PROVIDER, {}],
    ["the provider's media servers", '203.0.113.130', {}],
    ['allowed by an operator', SCANNER, { allowed: ['198.51.100.0/24'] }],
  ])('%s: evidence, and no ban', async (_, source, options) => {
    const { bans, verdicts } = await judged(sweep(9, { source }), options);
    expect(bans).toEqual([]);
    expect(verdicts).toMatchObject([{ kind: 'suspect', trust: 'on the allowlist', score: 10 }]);
  });

  test('an IPv6 address on it protects its whole /64, which is one source', async () => {
    const scan = [1, 2, 3].map((n) =>
      request({ source: '2001:db8:30:1::bad', destination: `2001:db8:20:1::${n}` }),
    );
    const { bans, verdicts } = await judged(scan);
    expect(bans).toEqual([]);
    expect(verdicts).toMatchObject([{ key: '2001:db8:30:1::/64', trust: 'on the allowlist' }]);
    const { bans: without } = await judged(scan.map((one) => ({ ...one, source: '2001:db8:30:2::bad' })));
    expect(without).toMatchObject([{ cidr: '2001:db8:30:2::/64' }]);
  });
});

describe('history', () => {
  const past = (buckets: number) => ordinaryPast(PHONE, buckets, T0);
  const scan = (at: number) => sweep(5, { source: PHONE, at });

  test('ordinary SIP in three intervals of 5 minutes is a history', async () => {
    const { bans, verdicts } = await judged([...past(3), ...scan(T0 + DAY)]);
    expect(bans).toEqual([]);
    expect(verdicts).toMatchObject([{ trust: 'ordinary SIP in 3 intervals before it first looked bad' }]);
  });

  test('two intervals are none, and many exchanges within one are one', async () => {
    expect(await bansOf([...past(2), ...scan(T0 + DAY)])).toHaveLength(1);
    const busy = [0, 60, 120, 180].flatMap((s) => exchange({ source: PHONE, at: T0 + s }));
    expect(await bansOf([...busy, ...scan(T0 + DAY)])).toHaveLength(1);
  });

  test('history is forgotten after 7 days of silence', async () => {
    const lastBucket = T0 + 10 * MINUTE;
    expect(await bansOf([...past(3), ...scan(lastBucket + 7 * DAY - MINUTE)])).toHaveLength(1);
    expect(await bansOf([...past(3), ...scan(lastBucket + 7 * DAY - 2 * MINUTE)])).toEqual([]);
  });

  test('and begins anew after that, instead of going on', async () => {
    const later = T0 + 8 * DAY;
    const resumed = exchange({ source: PHONE, at: later });
    expect(await bansOf([...past(3), ...resumed, ...scan(later + 5 * MINUTE)])).toHaveLength(1);
  });

  test.each([
    ['nothing answered', (at: number) => [request({ source: PHONE, at })]],
    ['nothing but our own calls', (at: number) => [answer(request({ source: PHONE }), { at })]],
    ['more than 15 packets a minute', (at: number) => exchange({ source: PHONE, packets: 16, at })],
    [
      'answers repeated',
      (at: number) => [
        request({ source: PHONE, at }),
        answer(request({ source: PHONE }), { packets: 3, at }),
      ],
    ],
    [
      'more remote ports than can be kept',
      (at: number) =>
        Array.from({ length: 129 }, (_, i) => exchange({ source: PHONE, sourcePort: 30_000 + i, at })).flat(),
    ],
    [
      'a dark address beside a live one',
      (at: number) => [...exchange({ source: PHONE, at }), ...sweep(1, { source: PHONE, at })],
    ],
  ])('%s makes no history', async (_, window) => {
    const { ledger } = await judged([0, 1, 2, 3].flatMap((i) => window(T0 + i * 5 * MINUTE)));
    const state = (await ledger.sourceStates([PHONE])).get(PHONE);
    expect(state?.value.history).toEqual({ buckets: 0, lastBucket: 0 });
  });

  test('who has looked bad earns no history while the evidence lasts', async () => {
    const { ledger } = await judged(
      [...scan(T0), ...ordinaryPast(PHONE, 3, T0 + 3 * DAY), ...ordinaryPast(PHONE, 3, T0 + 60 * MINUTE)],
      { allowed: [PHONE] },
    );
    const state = (await ledger.sourceStates([PHONE])).get(PHONE);
    expect(state?.value.history).toEqual({ buckets: 3, lastBucket: T0 + 3 * DAY + 10 * MINUTE });
  });
});
