import { DEFAULT_BAN_POLICY } from '../../../lambda/blacklist/ban-policy';
import type { Ban } from '../../../lambda/blacklist/ban';
import { judgePending } from '../../../lambda/blacklist/judge-pending';
import { MemoryLedger } from '../../../lambda/blacklist/memory-ledger';
import { PbxCollector, type Verdict } from '../../../lambda/detection';
import type { FlowLogRecord } from '../../../lambda/flow-log';
import type { PbxEvent } from '../../../lambda/pbx-log';
import { contributionsOf, judgeContext } from '../../support/detection-judging';
import { exchange, HOUR, MINUTE, OFFICE, SCANNER, T0 } from '../../support/detection-records';

type Said = PbxEvent & { readonly at: number };

function said(kind: PbxEvent['kind'], at: number, over: Partial<PbxEvent> = {}): Said {
  return { kind, at: T0 + at, source: SCANNER, proven: false, ...over };
}

/** Something said so many times, evenly. */
function many(count: number, every: number, one: (at: number, i: number) => Said | Said[]): Said[] {
  return Array.from({ length: count }, (_, i) => one(i * every, i)).flat();
}

async function judged(events: readonly Said[], records: readonly FlowLogRecord[] = []) {
  const judge = judgeContext();
  const collector = new PbxCollector(judge.topology, judge.policy);
  for (const { at, ...event } of events) collector.add(event, at);
  const ledger = new MemoryLedger();
  await ledger.recordContributions(collector.drain('pbx'));
  await ledger.recordContributions(contributionsOf(records, 'flows', judge));
  const bans: Ban[] = [];
  const verdicts: Verdict[] = [];
  await judgePending({
    ledger,
    judge,
    ban: DEFAULT_BAN_POLICY,
    until: Infinity,
    onVerdict: (verdict, ban) => {
      verdicts.push(verdict);
      if (ban !== undefined) bans.push(ban);
    },
  });
  return {
    bans: bans.map(({ source, evidence, forgeable }) => ({
      source,
      forgeable,
      rules: evidence.map(({ rule }) => rule),
    })),
    verdicts,
  };
}

const account = (i: number) => ({ name: String(2000 + i) });
const refused = (at: number, over: Partial<PbxEvent> = {}) => said('refused', at, { name: '101', ...over });
const tried = (at: number, nonce: string) => [said('challenge', at, { nonce }), refused(at, { nonce })];

describe('accounts that do not exist', () => {
  test('six are a list, however slow', async () => {
    const { bans } = await judged(many(6, HOUR, (at, i) => said('unknown', at, account(i))));
    expect(bans).toEqual([{ source: SCANNER, forgeable: true, rules: ['pbx-unknown-accounts'] }]);
  });

  test.each([
    ['five', many(5, 60, (at, i) => said('unknown', at, account(i)))],
    ['one, a thousand times', many(1000, 10, (at) => said('unknown', at, account(1)))],
    ['six, over more than a day', many(6, 5 * HOUR, (at, i) => said('unknown', at, account(i)))],
  ])('%s: nobody', async (_, events) => {
    expect((await judged(events)).verdicts).toEqual([]);
  });

  test('over connections they are proven, and earn a ban that grows', async () => {
    const events = many(6, 60, (at, i) => said('unknown', at, { ...account(i), proven: true }));
    expect((await judged(events)).bans).toMatchObject([{ forgeable: false }]);
  });
});

describe('wrong passwords', () => {
  const rules = ['pbx-wrong-password', 'pbx-password-guessing'];

  test('120 in five minutes are a guesser', async () => {
    expect((await judged(many(120, 2.4, (at) => refused(at)))).bans).toEqual([
      { source: SCANNER, forgeable: true, rules },
    ]);
  });

  test('119 are a phone in a hurry, or a suspect', async () => {
    const { bans, verdicts } = await judged(many(119, 2.5, (at) => refused(at)));
    expect(bans).toEqual([]);
    expect(verdicts.at(-1)).toMatchObject({
      kind: 'suspect',
      score: 3,
      evidence: [{ rule: 'pbx-wrong-password', detail: '119 wrong passwords in an hour' }],
    });
  });

  test('for two accounts it takes twice as many', async () => {
    const office = many(200, 1.4, (at, i) => refused(at, { name: String(101 + (i % 2)) }));
    expect((await judged(office)).bans).toEqual([]);
  });

  test('each in answer to a refusal, a quarter of that is enough', async () => {
    const svcrack = [said('challenge', 0), ...many(31, 9, (at) => refused(at))];
    expect((await judged(svcrack)).bans).toMatchObject([{ rules }]);
    expect((await judged(svcrack.slice(1))).bans).toEqual([]);
    const phone = many(60, 5, (at, i) => tried(at, `n${i}`));
    expect((await judged(phone)).bans).toEqual([]);
  });

  test('answers to challenges that were sent to the address prove it', async () => {
    const guesser = many(120, 2.4, (at, i) => tried(at, `n${i}`));
    expect((await judged(guesser)).bans).toMatchObject([{ forgeable: false }]);
  });

  test('a nonce that was sent to another address, or to nobody, proves nothing', async () => {
    const relayed = many(120, 2.4, (at, i) => [
      said('challenge', at, { nonce: `n${i}`, source: '198.51.100.99' }),
      refused(at, { nonce: `n${i}` }),
    ]);
    expect((await judged(relayed)).bans).toMatchObject([{ source: SCANNER, forgeable: true }]);
  });

  test('one proven failure does not prove what is forged beside it', async () => {
    const phone = many(4, 60, (at, i) => tried(at, `n${i}`));
    const forged = many(120, 2.4, (at, i) => refused(at, { nonce: `made up ${i}` }));
    expect((await judged([...phone, ...forged])).bans).toMatchObject([{ forgeable: true }]);
  });

  test('who gave the right password before is never banned for wrong ones', async () => {
    const events = [said('success', 0), ...many(600, 1, (at) => refused(at + 10 * MINUTE, { proven: true }))];
    const { bans, verdicts } = await judged(events);
    expect(bans).toEqual([]);
    expect(verdicts.at(-1)).toMatchObject({
      kind: 'suspect',
      trust: 'the right password within 7 days, before it first looked bad',
    });
  });

  test('one that is right after many wrong ones earns no trust', async () => {
    const cracked = [
      ...many(60, 5, (at) => refused(at)),
      said('success', 301),
      ...many(120, 2, (at) => refused(at + 600)),
    ];
    expect((await judged(cracked)).bans).toHaveLength(1);
  });

  test('an office on the allowlist is never banned', async () => {
    const { bans } = await judged(many(300, 1, (at) => refused(at, { source: OFFICE, proven: true })));
    expect(bans).toEqual([]);
  });
});

describe('a list of accounts that exist', () => {
  const list = (count: number, every: number) => many(count, every, (at, i) => refused(at, account(i)));

  test('four given up and another one', async () => {
    expect((await judged(list(8, 10 * MINUTE))).bans).toMatchObject([{ rules: ['pbx-account-list'] }]);
  });

  test.each([
    ['an office whose phones all try on', many(720, 20, (at, i) => refused(at, account(i % 12)))],
    [
      'an office whose phones are put right one by one, and the last is not',
      [...list(12, 5), ...many(100, 120, (at) => refused(at, account(11)))],
    ],
    ['accounts tried within half an hour', list(20, 60)],
  ])('%s: no ban', async (_, events) => {
    expect((await judged(events)).bans).toEqual([]);
  });
});

describe('what else a PBX says', () => {
  test('a scanner that says so', async () => {
    const { bans, verdicts } = await judged([said('scanner', 0, { name: 'friendly-scanner v9' })]);
    expect(bans).toMatchObject([{ forgeable: true, rules: ['pbx-scanner-agent'] }]);
    expect(verdicts[0]?.evidence[0]?.detail).toBe('a request with the user agent friendly-scanner');
  });

  test('calls without an account to two numbers', async () => {
    const events = ['100', '1000'].map((name, i) => said('call', i * HOUR, { name }));
    expect((await judged(events)).bans).toMatchObject([{ rules: ['pbx-unregistered-calls'] }]);
    expect((await judged(events.slice(1))).verdicts).toMatchObject([{ kind: 'suspect', score: 5 }]);
  });

  test('requests of no account, and too many of them, make a suspect', async () => {
    const events = [...many(40, 60, (at) => said('stranger', at)), said('flood', 10)];
    const { bans, verdicts } = await judged(events);
    expect(bans).toEqual([]);
    expect(verdicts.at(-1)).toMatchObject({ kind: 'suspect', score: 8 });
  });

  test('own addresses are no sources', async () => {
    expect((await judged([said('scanner', 0, { source: '10.20.1.77', name: 'sipcli' })])).verdicts).toEqual(
      [],
    );
  });
});

describe('with flow records', () => {
  /** A registration at a phone's pace, as both see it. */
  const flows = many(60, 20, (at) => refused(at)).flatMap(({ at }) =>
    exchange({ source: SCANNER, at, packets: 2, bytes: 1000 }),
  );

  test('ordinary SIP earns trust, and without PBX logs so does a guesser', async () => {
    const scan = many(6, 60, (at, i) => said('unknown', at + 30 * MINUTE, account(i)));
    const { verdicts } = await judged(scan, flows);
    expect(verdicts.at(-1)?.trust).toMatch(/^ordinary SIP in \d intervals/);
  });

  test('while passwords are refused it earns none', async () => {
    const guessing = many(60, 20, (at) => refused(at));
    const scan = many(6, 60, (at, i) => said('unknown', at + 30 * MINUTE, account(i)));
    expect((await judged([...guessing, ...scan], flows)).bans).toHaveLength(1);
  });
});
