import { NOW } from '../enforcement/support/bans';
import { MemoryStore, ToldEnvironment, WELL } from './support';

let told: ToldEnvironment;
beforeEach(async () => {
  told = new ToldEnvironment();
  await told.enforced();
  await told.judged('192.0.2.1');
  await told.run();
  await told.later(300);
});

const subjects = () => told.mailbox.map(({ subject }) => subject);
const last = () => told.mailbox.at(-1)?.body ?? '';

describe('bans', () => {
  it('that were in force before the first run are nobody’s news', () => {
    expect(told.mailbox).toEqual([]);
  });

  it('of a source for the first time are told with evidence and the commands to act', async () => {
    await told.judged('198.51.100.7');
    await told.run();
    expect(subjects()).toEqual(['[ringfence prod] 1 first ban']);
    expect(last()).toContain(
      [
        '198.51.100.7  first ban, 1h, since 2026-11-23 00:05:00Z',
        '  dark-addresses: 3 own addresses that never answered SIP in 1 h',
        '  ringfence why 198.51.100.7 --env prod',
        '  ringfence unban 198.51.100.7 --hold 1d --because "…" --env prod',
      ].join('\n'),
    );
  });

  it('again are told as escalations', async () => {
    await told.judged(['198.51.100.7', { offence: 3 }]);
    await told.run();
    expect(subjects()).toEqual(['[ringfence prod] 1 escalation']);
    expect(last()).toContain('198.51.100.7  offence 3, 1h');
  });

  it('by hand are not: who did it knows', async () => {
    await told.judged(['198.51.100.7', { origin: 'operator' }]);
    await told.run();
    expect(told.mailbox).toEqual([]);
  });

  it('of an attack are one message now and one an hour later, with a count and the ten heaviest', async () => {
    await told.judged('198.51.100.7');
    await told.run();
    for (let minute = 0; minute < 60; minute += 5) {
      await told.later(300);
      const heavier = (i: number) => [`198.18.${minute}.${i}`, { weight: minute * 100 + i }] as const;
      await told.judged(...Array.from({ length: 20 }, (_, i) => heavier(i)));
      await told.run();
    }
    expect(subjects()).toEqual(['[ringfence prod] 1 first ban', '[ringfence prod] 240 first bans']);
    expect(last().match(/^198\.18\.\d+\.\d+ {2}first ban/gm)).toHaveLength(10);
    expect(last()).toContain('198.18.55.19  first ban');
    expect(last()).toContain('… and 230 more: ringfence list --env prod');
    expect(last().length).toBeLessThan(10_000);
  });

  it('of a window that is still being judged wait until all of it is', async () => {
    const before = await told.ledger.judgedThrough();
    await told.judged('198.51.100.7');
    const halfway = jest.spyOn(told.ledger, 'judgedThrough').mockResolvedValue(before);
    await told.run();
    expect(told.mailbox).toEqual([]);
    halfway.mockRestore();
    await told.run();
    expect(subjects()).toEqual(['[ringfence prod] 1 first ban']);
  });

  it('are left to the digest where the configuration says so', async () => {
    told.settings = { ...told.settings, bans: false, digestHour: 7 };
    await told.judged('198.51.100.7');
    await told.run();
    expect(told.mailbox).toEqual([]);
    await told.later(8 * 3600);
    await told.run();
    expect(subjects()).toEqual(['[ringfence prod] daily digest: all is well, 1 first ban']);
  });
});

describe('what needs a person', () => {
  it.each([
    ['the breaker', { ...WELL, held: 12 }, 'BREAKER open', '12 are recorded and not enforced'],
    [
      'capacity',
      { ...WELL, overflow: 5, deniedByNothing: 2 },
      'slots exhausted',
      '5 bans found no slot (there are 36), 2 of them are denied by nothing',
    ],
  ])('%s is told once, with what to do, and when it is over', async (_, walls, subject, says) => {
    await told.enforced(walls);
    await told.run();
    await told.later(300);
    await told.enforced(walls);
    await told.run();
    expect(subjects()).toEqual([`[ringfence prod] ${subject}`]);
    expect(last()).toContain(says);
    expect(last()).toContain('  ringfence status --env prod');
    await told.later(7200);
    await told.run();
    expect(subjects().slice(1)).toEqual([`[ringfence prod] over: ${subject}`]);
    await told.later(7200);
    await told.run();
    expect(told.mailbox).toHaveLength(2);
  });

  it('blindness is told, and is not mistaken for it when CloudWatch does not answer', async () => {
    told.sight = { ...told.sight, lastRecords: () => Promise.reject(new Error('throttled')) };
    await told.run();
    expect(told.mailbox).toEqual([]);
    expect(told.warnings).toEqual(['records could not be asked of CloudWatch']);
    told.sight = { ...told.sight, lastRecords: () => Promise.resolve(undefined) };
    await told.run();
    expect(subjects()).toEqual(['[ringfence prod] BLIND: no flow-log records']);
    expect(last()).toContain('  ringfence doctor --env prod');
  });

  it('an enforcer that stopped is told', async () => {
    told.now += 3600;
    await told.run();
    expect(subjects()).toEqual(['[ringfence prod] enforcement late']);
    expect(last()).toContain('has not run for 60 min');
  });

  it('what comes and goes within an hour is one message, not one for each time', async () => {
    for (let i = 0; i < 24; i++) {
      await told.later(300);
      if (i % 2 === 0) await told.enforced({ ...WELL, overflow: 1 });
      await told.run();
    }
    expect(subjects()).toEqual(['[ringfence prod] slots exhausted']);
  });

  it('all that is new is in one message', async () => {
    await told.judged('198.51.100.7', ['198.51.100.9', { offence: 2 }]);
    await told.enforced({ ...WELL, held: 3, overflow: 1 });
    await told.run();
    expect(subjects()).toEqual(['[ringfence prod] BREAKER open; slots exhausted; 1 first ban, 1 escalation']);
  });
});

describe('failures', () => {
  it('of SNS leave everything to the next run', async () => {
    const { publish } = told;
    told.publish = () => Promise.reject(new Error('KMSAccessDenied'));
    await told.judged('198.51.100.7');
    await expect(told.run()).rejects.toThrow('KMSAccessDenied');
    await told.later(300);
    await told.judged('198.51.100.8');
    told.publish = publish;
    await told.run();
    expect(subjects()).toEqual(['[ringfence prod] 2 first bans']);
  });

  it('two runs at once tell it once', async () => {
    await told.judged('198.51.100.7');
    const outcomes = await Promise.all([told.run(), told.run(), told.run()]);
    expect(outcomes.filter(({ busy }) => busy)).toHaveLength(2);
    expect(told.mailbox).toHaveLength(1);
  });

  it('a crash before any step tells every ban at least once, and again only where the crash came after the sending', async () => {
    // Steps of a run with something to tell: claim, publish, note that it went.
    for (const [crashAt, messages] of [
      ['claim', 1],
      ['publish', 1],
      ['note', 2],
    ] as const) {
      const one = new ToldEnvironment();
      await one.enforced();
      await one.judged();
      await one.run();
      await one.later(300);
      await one.judged('198.51.100.7');
      crash(one, crashAt);
      await one.run().catch(() => undefined);
      restore(one);
      for (let i = 0; i < 3; i++) {
        await one.later(300);
        await one.run();
      }
      const naming = one.mailbox.filter(({ body }) => body.includes('198.51.100.7 '));
      expect({ crashAt, messages: naming.length }).toEqual({ crashAt, messages });
    }
  });
});

/** From there on nothing is carried out any more, as in a killed process. */
function crash(one: ToldEnvironment, at: 'claim' | 'publish' | 'note'): void {
  const dead = () => Promise.reject(new Error('killed'));
  let writes = 0;
  const write = one.store.write.bind(one.store);
  one.store.write = (state, version) => {
    writes += 1;
    return at === 'claim' || (at === 'note' && writes > 1) || (at === 'publish' && writes > 1)
      ? dead()
      : write(state, version);
  };
  const { publish } = one;
  one.publish = at === 'publish' ? dead : publish;
}

function restore(one: ToldEnvironment): void {
  one.store.write = (state, version) => MemoryStore.prototype.write.call(one.store, state, version);
  one.publish = (notice) => {
    one.mailbox.push(notice);
    return Promise.resolve();
  };
}

describe('the digest', () => {
  beforeEach(() => {
    told.settings = { ...told.settings, digestHour: 7 };
  });

  it('comes once a day at its hour, with what there is to know', async () => {
    await told.judged('198.51.100.7', ['198.51.100.9', { offence: 2, weight: 99 }]);
    await told.run();
    expect(subjects()).toEqual(['[ringfence prod] 1 first ban, 1 escalation']);
    told.sight = {
      ...told.sight,
      alarmsOn: () => Promise.resolve(['SightSilence']),
      suspects: () => Promise.resolve(41),
    };
    await told.ledger.putFeed({
      schema: 1,
      name: 'voipbl',
      from: 'https://voipbl.example/',
      weight: 0.1,
      fetchedAt: NOW,
      expiresAt: NOW + 86_400 * 2,
      digest: 'd',
      cidrs: ['203.0.113.9/32'],
    });
    told.now = NOW + 7 * 3600;
    await told.enforced({ ...WELL, slotsUsed: 18, overflow: 4, deniedByNothing: 1 });
    await told.run();
    const digest = told.mailbox.find(({ subject }) => subject.includes('daily digest'));
    expect(digest?.subject).toBe('[ringfence prod] daily digest: NEEDS A LOOK, 1 first ban, 1 escalation');
    for (const line of [
      'new             1 first ban, 1 escalation',
      'slots           18 of 36 used',
      'overflow        4 bans without a slot, 1 of them denied by nothing',
      'enforcer        ran 0 min ago: well',
      'records         last read 5 min ago',
      'alarms on       SightSilence',
      'suspects        41 verdicts short of a ban',
      'feed            voipbl, in force for 41 h more',
    ])
      expect(digest?.body).toContain(`\n${line}`);
    expect(digest?.body.indexOf('198.51.100.9')).toBeLessThan(digest?.body.indexOf('198.51.100.7') ?? 0);
    for (let hour = 0; hour < 23; hour++) {
      await told.later(3600);
      await told.run();
    }
    expect(subjects().filter((subject) => subject.includes('digest'))).toHaveLength(1);
    await told.later(3600);
    await told.run();
    expect(subjects().at(-1)).toBe('[ringfence prod] daily digest: all is well, no new bans');
  });

  it('is sent late rather than never, and names a pause', async () => {
    await told.ledger.setPaused({ by: 'alice', because: 'carrier\ntest', at: NOW });
    told.now = NOW + 20 * 3600;
    await told.enforced();
    await told.run();
    expect(last()).toContain('PAUSED          for 20 h by alice: carrier\\ntest');
  });
});
