import { bansOf, judged } from '../../support/detection-judging';
import { answer, exchange, media, MINUTE, request, SCANNER, T0 } from '../../support/detection-records';

const BAN = { source: SCANNER, rules: ['flow-rate'] };

describe('SIP packets a minute in one 5-tuple', () => {
  test('svwar: 401 names tried within three seconds of one minute', async () => {
    const tried = request({ packets: 401, start: T0 + 10, end: T0 + 13 });
    const { bans } = await judged([tried, answer(tried)]);
    expect(bans).toMatchObject([
      {
        source: SCANNER,
        bannedAt: T0 + 2 * MINUTE,
        forgeable: false,
        evidence: [{ rule: 'flow-rate', detail: '401 SIP packets a minute in one flow, and no media' }],
      },
    ]);
  });

  test('without an answer of ours anybody could have sent them', async () => {
    const { bans } = await judged([request({ packets: 401 })]);
    expect(bans).toMatchObject([{ forgeable: true }]);
  });

  test.each([
    { packets: 99, seconds: 59, banned: false },
    { packets: 100, seconds: 59, banned: true },
    { packets: 100, seconds: 0, banned: true },
    { packets: 399, seconds: 600, banned: false },
    { packets: 400, seconds: 600, banned: true },
    { packets: 1000, seconds: 600, banned: true },
  ])('$packets packets in $seconds s: banned $banned', async ({ packets, seconds, banned }) => {
    const bans = await bansOf([...exchange({ packets, start: T0, end: T0 + seconds })]);
    expect(bans).toMatchObject(banned ? [BAN] : []);
  });

  test('an office of many phones behind one address is many flows', async () => {
    const phones = Array.from({ length: 40 }, (_, i) =>
      exchange({ sourcePort: 20_000 + i, packets: 15, start: T0, end: T0 + 59 }),
    ).flat();
    expect(await bansOf(phones)).toEqual([]);
  });

  test('phones behind one address stay many flows where there are too many to keep apart', async () => {
    const phones = Array.from({ length: 400 }, (_, i) => exchange({ sourcePort: 20_000 + i, packets: 15 }));
    expect(await bansOf(phones.flat())).toEqual([]);
  });

  test.each([
    ['a trunk: INVITE, ACK and BYE for 100, 180, 200 and 200', 300, 400, false],
    ['100 Trying before each refusal', 300, 600, true],
    ['one refusal each', 300, 300, true],
    ['mostly refused, now and then not heard', 300, 345, true],
  ])('%s: banned %#', async (_, packets, answers, banned) => {
    const asked = request({ packets });
    expect(await bansOf([asked, answer(asked, { packets: answers })])).toMatchObject(banned ? [BAN] : []);
  });

  test('what we send does not count', async () => {
    const asked = request({ packets: 90 });
    expect(await bansOf([asked, answer(asked, { packets: 180 })])).toEqual([]);
  });

  test('somebody in a call is only suspected', async () => {
    const { verdicts } = await judged([...exchange({ packets: 300 }), ...media(SCANNER, T0)]);
    expect(verdicts).toMatchObject([{ kind: 'suspect', trust: 'media within 7 days' }]);
  });
});
