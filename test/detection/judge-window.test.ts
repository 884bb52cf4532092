import {
  activities,
  judgeWindow,
  type SourceState,
  type WindowInput,
  type WindowOutcome,
} from '../../lambda/detection';
import type { FlowLogRecord } from '../../lambda/flow-log';
import { bansOf, contributionsOf, judgeContext, judged } from '../support/detection-judging';
import {
  answer,
  answering,
  darkHost,
  exchange,
  HOUR,
  media,
  MINUTE,
  OFFICE,
  PBX,
  PHONE,
  request,
  SCANNER,
  sweep,
  T0,
} from '../support/detection-records';

/** A first window of some records, with what was seen in the grace after it. */
function input(records: readonly FlowLogRecord[], grace: readonly FlowLogRecord[] = []): WindowInput {
  return {
    window: T0,
    watchingSince: T0,
    before: new Map(),
    seen: activities(contributionsOf(records)),
    grace: activities(contributionsOf(grace)),
    states: new Map(),
    networks: new Map(),
    answering: new Map(),
    bans: new Map(),
  };
}

/** The same window with what its judgement left behind. */
function again(before: WindowInput, outcome: WindowOutcome): WindowInput {
  return {
    ...before,
    states: new Map(outcome.states.map((state) => [state.key, state])),
    networks: new Map(outcome.networks.map((network) => [network.key, network])),
    answering: outcome.answers,
  };
}

const CONTEXT = judgeContext();

describe('a window', () => {
  const busy = [
    ...sweep(3),
    ...sweep(3, { source: PHONE }),
    ...sweep(1, { source: '198.51.100.9' }),
    ...exchange({ source: OFFICE }),
    ...media('203.0.113.20', T0),
  ];

  test('is judged to verdicts, states, neighbourhoods and answers, each in order', () => {
    const outcome = judgeWindow(input(busy), CONTEXT);
    expect(outcome.verdicts.map(({ key, kind }) => [key, kind])).toEqual([
      [SCANNER, 'probe'],
      [PHONE, 'probe'],
    ]);
    const keys = outcome.states.map(({ key }) => key);
    expect(keys).toEqual([SCANNER, '198.51.100.9', '203.0.113.20', PHONE, OFFICE]);
    expect(outcome.networks.map(({ key }) => key)).toEqual(['198.51.100.0/24', '203.0.113.0/24']);
    expect(outcome.answers).toEqual(new Map([[PBX, T0 + MINUTE]]));
  });

  test('judged twice gives the same, whatever the order of contributions', () => {
    const whole = input(busy, exchange({ at: T0 + MINUTE }));
    const backwards = activities(contributionsOf(busy).reverse());
    expect(judgeWindow({ ...whole, seen: backwards }, CONTEXT)).toEqual(judgeWindow(whole, CONTEXT));
  });

  test('folded in already changes nothing', () => {
    const before = input(busy);
    const repeated = judgeWindow(again(before, judgeWindow(before, CONTEXT)), CONTEXT);
    expect(repeated).toMatchObject({ verdicts: [], states: [], networks: [], answers: new Map() });
  });

  test('folded into some sources only is finished for the others', () => {
    const before = input(busy);
    const whole = judgeWindow(before, CONTEXT);
    const half = { ...whole, states: whole.states.slice(0, 1) };
    const finished = judgeWindow(again(before, half), CONTEXT);
    expect(finished.states).toEqual(whole.states.slice(1));
    expect(finished.verdicts).toEqual(whole.verdicts.slice(1));
  });

  test('does not change what it was given', () => {
    const states = new Map<string, SourceState>();
    const before = { ...input(busy), states };
    const copy = JSON.stringify([...before.seen]);
    judgeWindow(before, CONTEXT);
    expect(JSON.stringify([...before.seen])).toBe(copy);
    expect([states.size, before.networks.size, before.answering.size]).toEqual([0, 0, 0]);
  });

  test('with nothing in it changes nothing', () => {
    const grace = sweep(9, { at: T0 + MINUTE });
    expect(judgeWindow(input([], grace), CONTEXT)).toMatchObject({
      verdicts: [],
      states: [],
      networks: [],
      answers: new Map(),
    });
  });
});

describe('the grace after a window', () => {
  const inGrace = T0 + MINUTE;

  test('never accuses', () => {
    const outcome = judgeWindow(
      input(sweep(1), [
        ...sweep(9, { at: inGrace }),
        ...exchange({ packets: 500, at: inGrace }),
        answer(request(), { packets: 90, at: inGrace }),
      ]),
      CONTEXT,
    );
    expect(outcome.verdicts).toEqual([]);
    expect(outcome.states).toMatchObject([
      { touches: [[darkHost(1), inGrace, inGrace, 5060, 0]], weight: 1, exchange: [[T0, 1, 0]] },
    ]);
  });

  test('excuses by answers of any own address to anybody', () => {
    const outcome = judgeWindow(input(sweep(2), answering(darkHost(2), inGrace)), CONTEXT);
    expect(outcome.states[0]?.touches.map(([own]) => own)).toEqual([darkHost(1)]);
  });

  test('excuses by media', () => {
    const outcome = judgeWindow(input(sweep(3), media(SCANNER, inGrace)), CONTEXT);
    expect(outcome.verdicts).toMatchObject([{ kind: 'suspect', trust: 'media within 7 days' }]);
  });

  test('of longer windows and graces too ends at the decision', async () => {
    const policy = { windowSeconds: 300, graceSeconds: 600 };
    const decidedAt = T0 + 900;
    const late = (at: number) => bansOf([...sweep(2), ...answering(darkHost(2), at)], { policy });
    expect(await late(decidedAt - 1)).toEqual([]);
    expect(await late(decidedAt)).toMatchObject([{ source: SCANNER, bannedAt: decidedAt }]);
  });

  test('may be none', async () => {
    const policy = { graceSeconds: 0 };
    expect(await bansOf([...sweep(2), ...answering(darkHost(2), T0 + MINUTE)], { policy })).toMatchObject([
      { source: SCANNER, bannedAt: T0 + MINUTE },
    ]);
  });
});

describe('answers', () => {
  test('are told when they are new or an hour old', () => {
    const at = (window: number, known: number) =>
      judgeWindow(
        {
          ...input([]),
          window,
          seen: activities(contributionsOf(exchange({ at: window }))),
          answering: new Map([[PBX, known]]),
        },
        CONTEXT,
      ).answers.size;
    expect(at(T0 + 59 * MINUTE, T0 + MINUTE)).toBe(0);
    expect(at(T0 + HOUR, T0 + MINUTE)).toBe(1);
  });

  test('are told of live hosts only', () => {
    const { answers } = judgeWindow(input([...sweep(3), ...media(PHONE, T0), ...exchange()]), CONTEXT);
    expect([...answers.keys()]).toEqual([PBX]);
  });
});

describe('callers that look a little like scanners', () => {
  const everyMinute = (count: number, make: (at: number) => FlowLogRecord[]) =>
    Array.from({ length: count }, (_, i) => make(T0 + i * MINUTE)).flat();
  const hosts = Array.from({ length: 12 }, (_, i) => `10.20.1.${10 + i}`);

  test('a monitor that asks many live hosts every minute', async () => {
    const monitor = everyMinute(120, (at) => hosts.flatMap((destination) => exchange({ destination, at })));
    expect((await judged(monitor)).verdicts).toEqual([]);
  });

  test('a monitor whose requests and answers end up in different windows', async () => {
    const monitor = everyMinute(60, (at) =>
      hosts.flatMap((destination) => {
        const asked = request({ destination, at: at + 59 });
        return [asked, answer(asked, { at: at + 60 })];
      }),
    );
    expect((await judged(monitor)).verdicts).toEqual([]);
  });

  test('a stale phone that knocks at one dead address for days', async () => {
    const phone = Array.from({ length: 3 * 24 }, (_, i) =>
      sweep(1, { source: PHONE, packets: 11, at: T0 + i * HOUR }),
    ).flat();
    expect((await judged(phone)).verdicts).toEqual([]);
  });

  test('a stale phone that knocks while its office has others', async () => {
    const office = ['203.0.113.71', '203.0.113.72', '203.0.113.73', '203.0.113.74', PHONE];
    const phones = everyMinute(60, (at) => office.flatMap((source) => sweep(1, { source, at })));
    expect((await judged(phones)).verdicts).toEqual([]);
  });

  test('an office of forty phones behind one address, registering and calling', async () => {
    const phones = Array.from({ length: 40 }, (_, i) => 30_000 + i);
    const office = everyMinute(30, (at) =>
      phones.flatMap((sourcePort) => exchange({ source: PHONE, sourcePort, packets: 4, at })),
    );
    expect((await judged(office)).verdicts).toEqual([]);
  });
});
