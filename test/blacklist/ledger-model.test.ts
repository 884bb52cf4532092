import fc from 'fast-check';
import { DynamoDbLedger } from '../../lambda/blacklist/dynamodb-ledger';
import { type Ledger, LedgerConflictError } from '../../lambda/blacklist/ledger';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { DynamoDbForTests } from './dynamodb';
import { T0, ban, contribution, networkState, sourceState } from './values';

/** Any sequence of operations has the same results on both ledgers, and leaves them the same to every reader. */

const dynamoDb = new DynamoDbForTests();
beforeAll(() => dynamoDb.start());
afterAll(() => dynamoDb.stop());

interface Step {
  readonly name: string;
  readonly run: (ledger: Ledger) => Promise<unknown>;
}

// Small universes, so that operations meet: three keys, eight times, three windows.
const KEYS = ['198.51.100.7', '198.51.100.8', '2001:db8:1:2::/64'];
const CIDRS = ['198.51.100.7/32', '198.51.100.0/24', '2001:db8:1:2::/64', '2001:db8::1/128'];
const WINDOWS = [T0, T0 + 300, T0 + 600];
const key = fc.constantFrom(...KEYS);
const cidr = fc.constantFrom(...CIDRS);
const at = fc.nat({ max: 7 }).map((n) => T0 + 100 * n);
const who = fc.constantFrom('alice', 'bob');
const window = fc.constantFrom(...WINDOWS);
const version = fc.nat({ max: 3 });
const weight = fc
  .double({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true })
  .filter((n) => n === 0 || n > 1e-9);

/** A digest stands for one batch: what it holds follows from it. */
function batch(digest: number) {
  const from = KEYS.filter((_, i) => (digest >> i) & 1);
  return WINDOWS.slice(0, 1 + (digest % 3)).flatMap((each) =>
    from.map((one) =>
      contribution({ key: one, window: each, digest: `batch-${digest}`, droppedFlows: digest }),
    ),
  );
}

/** Bans of one rank are one decision, so what they say follows from key, time and origin. */
const anyBan = fc.record({ key, bannedAt: at, byHand: fc.boolean() }).map(({ byHand, ...rest }) =>
  ban({
    ...rest,
    expiresAt: rest.bannedAt + 100 + 50 * (rest.bannedAt % 7),
    weightAt: rest.bannedAt,
    origin: byHand ? 'operator' : 'automatic',
    ...(byHand && { because: 'by hand' }),
  }),
);

function step<T>(name: string, values: fc.Arbitrary<T>, run: (ledger: Ledger, value: T) => Promise<unknown>) {
  return values.map((value): Step => ({
    name: `${name} ${JSON.stringify(value)}`,
    run: (ledger) => run(ledger, value),
  }));
}

const steps = fc.oneof(
  step('recordContributions', fc.nat({ max: 7 }), (ledger, digest) =>
    ledger.recordContributions(batch(digest)),
  ),
  step('putSourceState', fc.record({ key, version, weight }), (ledger, { version: expected, ...state }) =>
    ledger.putSourceState(sourceState(state), expected),
  ),
  step('putNetworkState', fc.record({ key: cidr, version }), (ledger, { version: expected, ...state }) =>
    ledger.putNetworkState(networkState(state), expected),
  ),
  step('recordAnswers', fc.array(fc.tuple(key, at), { maxLength: 3 }), (ledger, answers) =>
    ledger.recordAnswers(new Map(answers)),
  ),
  step('recordLegitimate', fc.array(fc.tuple(key, at), { maxLength: 3 }), (ledger, entries) =>
    ledger.recordLegitimate(new Map(entries)),
  ),
  step('advanceJudgedThrough', window, (ledger, one) => ledger.advanceJudgedThrough(one)),
  step('putBan', fc.tuple(anyBan, who), (ledger, [one, by]) => ledger.putBan(one, by)),
  step('updateBanWeight', fc.record({ ban: anyBan, weight, at }), (ledger, it) =>
    ledger.updateBanWeight(it.ban, it.weight, it.at),
  ),
  step('endBan', fc.record({ key, at, who }), (ledger, it) => ledger.endBan(it.key, it.at, it.who, 'enough')),
  step('allow', fc.record({ cidr, at, who }), (ledger, it) => ledger.allow(it.cidr, it.who, 'ours', it.at)),
  step('disallow', fc.record({ cidr, at, who }), (ledger, it) =>
    ledger.disallow(it.cidr, it.who, 'gone', it.at),
  ),
  step('recordOwnedEntry', fc.record({ cidr, rule: fc.integer({ min: 1, max: 12 }) }), (ledger, it) =>
    ledger.recordOwnedEntry({
      networkAclId: 'acl-1',
      ruleNumber: it.rule,
      cidr: it.cidr,
      fence: 0,
      recordedAt: 0,
    }),
  ),
  step('forgetOwnedEntry', fc.integer({ min: 1, max: 12 }), (ledger, rule) =>
    ledger.forgetOwnedEntry('acl-1', rule, 0),
  ),
  step('acquireLease', fc.record({ who, at }), (ledger, it) => ledger.acquireLease(it.who, it.at, 150)),
  step('releaseLease', fc.record({ who, fence: fc.integer({ min: 1, max: 3 }) }), (ledger, it) =>
    ledger.releaseLease({ holder: it.who, fence: it.fence, expiresAtMs: 0 }),
  ),
  step(
    'setPaused',
    fc.option(fc.record({ by: who, because: who, at }), { nil: undefined }),
    (ledger, pause) => ledger.setPaused(pause),
  ),
);

/** What a step returned, or what it threw. */
async function outcome(run: Promise<unknown>): Promise<unknown> {
  try {
    return { returned: await run };
  } catch (error) {
    if (!(error instanceof LedgerConflictError)) throw error;
    return { conflict: true };
  }
}

/** Everything a reader can see. */
async function view(ledger: Ledger): Promise<unknown> {
  const times = [T0, T0 + 150, T0 + 450, T0 + 1000];
  return {
    contributions: await Promise.all(WINDOWS.map((one) => ledger.contributionsOf(one))),
    pending: await Promise.all([undefined, ...WINDOWS].map((after) => ledger.nextPendingWindow(after))),
    judged: await ledger.judgedThrough(),
    states: await ledger.sourceStates(KEYS),
    networks: await ledger.networkStates(CIDRS),
    answers: await ledger.answeringAddresses(),
    latest: await ledger.latestBans(KEYS),
    inForce: await Promise.all(times.map((now) => ledger.bansInForce(now))),
    history: await Promise.all([...KEYS, ...CIDRS].map((one) => ledger.history(one))),
    legitimate: await Promise.all(times.map((now) => ledger.legitimateSources(now))),
    allowed: await ledger.allowedCidrs(),
    owned: await ledger.ownedEntries('acl-1'),
    paused: await ledger.paused(),
  };
}

test('the ledger in DynamoDB does what the one in memory does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 40, size: 'max' }), async (sequence) => {
      const memory = new MemoryLedger();
      const stored = new DynamoDbLedger({ ...(await dynamoDb.table()), pageSize: 2 });
      for (const { name, run } of sequence) {
        const expected = await outcome(run(memory));
        expect({ name, ...Object(await outcome(run(stored))) }).toEqual({ name, ...Object(expected) });
      }
      expect(await view(stored)).toEqual(await view(memory));
    }),
    { numRuns: 25, seed: 20261123 },
  );
});
