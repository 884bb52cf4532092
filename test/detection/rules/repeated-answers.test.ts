import { bansOf, judged } from '../../support/detection-judging';
import {
  answer,
  HOUR,
  media,
  MINUTE,
  PHONE,
  request,
  SCANNER,
  T0,
  TCP,
} from '../../support/detection-records';
import type { FlowLogRecord } from '../../../lambda/flow-log';

/** INVITEs that nobody acknowledges, and our answers to them. */
function ghostCall(invites: number, answers: number, at = T0): FlowLogRecord[] {
  const invite = request({ packets: invites, at });
  return [invite, answer(invite, { packets: answers })];
}

describe('answers repeated because nobody acknowledges them', () => {
  test('a ghost call is banned, for what can be forged', async () => {
    const { bans } = await judged(ghostCall(3, 19));
    expect(bans).toMatchObject([
      {
        source: SCANNER,
        bannedAt: T0 + 2 * MINUTE,
        forgeable: true,
        evidence: [
          {
            rule: 'repeated-answers',
            detail: "19 packets of ours to 3 of the source's in 1 h, never acknowledged, and no media",
          },
        ],
      },
    ]);
  });

  test('one INVITE now and then adds up within the hour', async () => {
    const calls = [0, 40].flatMap((minute) => ghostCall(1, 6, T0 + minute * MINUTE));
    expect(await bansOf(calls)).toEqual([
      { source: SCANNER, bannedAt: T0 + 42 * MINUTE, rules: ['repeated-answers'] },
    ]);
  });

  test.each([
    ['one request', ghostCall(1, 11)],
    ['two requests, less than 5 answers each', ghostCall(2, 9)],
    ['fewer than 2.5 answers to a request', ghostCall(10, 24)],
    ['the same over more than an hour', [0, 65].flatMap((m) => ghostCall(1, 6, T0 + m * MINUTE))],
    [
      'TCP, which retransmits by itself',
      ghostCall(3, 19).map((record): FlowLogRecord => ({ ...record, protocol: TCP, bytes: 9000 })),
    ],
  ])('%s: no ban', async (_, records) => {
    expect(await bansOf(records)).toEqual([]);
  });

  test('a call with media is a call', async () => {
    const { bans, verdicts } = await judged([...ghostCall(3, 19), ...media(SCANNER, T0)]);
    expect(bans).toEqual([]);
    expect(verdicts).toMatchObject([{ kind: 'suspect', trust: 'media within 7 days' }]);
  });

  test('a phone that is called while it is gone does not become a ghost caller', async () => {
    const registered = request({ source: PHONE, packets: 2 });
    const calls = Array.from({ length: 6 }, (_, i) =>
      answer(registered, { packets: 11, at: T0 + (i + 1) * 5 * MINUTE }),
    );
    const again = request({ source: PHONE, packets: 4, at: T0 + HOUR - MINUTE });
    expect(await bansOf([registered, answer(registered), ...calls, again, answer(again)])).toEqual([]);
  });

  test('a window in which the source is silent is no new reason', async () => {
    const stillAnswering = answer(request(), { packets: 11, at: T0 + 10 * MINUTE });
    const { verdicts } = await judged([...ghostCall(3, 19), stillAnswering], {
      allowed: [`${SCANNER}/32`],
    });
    expect(verdicts.map(({ decidedAt }) => decidedAt)).toEqual([T0 + 2 * MINUTE]);
  });
});
