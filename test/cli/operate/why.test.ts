import { judgePending } from '../../../lambda/blacklist/judge-pending';
import type { WhyDocument } from '../../../lib/cli/operate/why/document';
import type { FlowLogRecord } from '../../../lambda/flow-log';
import { ban, NOW } from '../../enforcement/support/bans';
import { contributionsOf, judgeOptions } from '../../support/detection-judging';
import { darkHost, HOUR, MINUTE, request, SCANNER, sweep, T0 } from '../../support/detection-records';
import { OperatedEnvironment } from './support/environment';
import { CALLER } from './support/front';

let environment: OperatedEnvironment;
beforeEach(async () => {
  environment = await OperatedEnvironment.start();
  environment.clock.nowMs = (T0 + 10 * MINUTE) * 1000;
});
afterEach(() => environment.close());

/** Lets the detector see records, as the functions would have by now. */
async function seen(records: readonly FlowLogRecord[], digest = 'batch'): Promise<void> {
  await environment.ledger.recordContributions(contributionsOf(records, digest));
  await judgePending(judgeOptions(environment.ledger, Infinity));
}

const why = (target: string) => environment.json<WhyDocument>('why', target);
const text = async (target: string, columns?: number) =>
  (await environment.run(['why', target], columns === undefined ? {} : { columns })).stdout;

describe('ringfence why, of a banned source', () => {
  beforeEach(async () => {
    await seen(sweep(4));
    await environment.run(['reconcile']);
  });

  it('has evidence, score against threshold, ban, slot, expiry, release and history', async () => {
    const document = await why(SCANNER);
    expect(document).toMatchObject({
      source: SCANNER,
      key: SCANNER,
      verdict: 'banned',
      score: 10,
      threshold: 10,
      evidence: [{ rule: 'dark-addresses', at: T0 + MINUTE, score: 10 }],
      ban: {
        cidr: `${SCANNER}/32`,
        origin: 'automatic',
        bannedAt: T0 + 2 * MINUTE,
        expiresAt: T0 + 2 * MINUTE + HOUR,
        inForce: true,
        offence: 1,
        score: 10,
      },
      deniedBy: {
        rules: [{ networkAclId: environment.networkAclId, ruleNumber: 1, cidr: `${SCANNER}/32`, ours: true }],
        ipSets: ['ringfence-local-ipv4'],
        notInSlotsBecause: null,
        with: 0,
      },
      hold: null,
      allowedBy: [],
      seen: { first: T0, last: T0 + MINUTE },
      history: [{ action: 'ban', by: 'detector' }],
      errors: [],
    });
    expect(document.release).toEqual([
      'by itself 2026-11-23 01:02:00Z (in 52 min); if it probes after that, it is banned again: for 1h, or for 1h on evidence that could be forged'.replace(
        'for 1h, or',
        document.ban?.forgeable === true ? 'for 1h, or' : 'for 4h, or',
      ),
      `now: ringfence unban ${SCANNER} --because WHY (--hold 1d keeps it from being banned again)`,
      `for good: ringfence allow ${SCANNER} --because WHY`,
    ]);
  });

  it('says the same to people, within 80 columns', async () => {
    const shown = await text(SCANNER, 80);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(shown).toMatch(
      /^198\.51\.100\.7 is banned by detection until 2026-11-23 01:02:00Z \(in 52 min\): 4/,
    );
    const piped = await text(SCANNER);
    expect(piped).toContain('Evidence: 10 points, 10 make a ban');
    expect(piped).toMatch(/^2026-11-23 00:01:00Z {2}10 {6}dark-addresses.*: 4 own addresses/m);
    expect(piped).toMatch(/^denied by {3}rule 1, IP set$/m);
    expect(piped).toMatch(/^released {4}by itself 2026-11-23 01:02:00Z \(in 52 min\)/m);
    expect(piped).toMatch(/^2026-11-23 00:02:00Z {2}ban {3}detector: 198\.51\.100\.7\/32 for 1h, offence 1/m);
  });

  it('tells why it is in no slot', async () => {
    await environment.ledger.putBan(ban('192.0.2.9', { bannedAt: T0, expiresAt: T0 + HOUR }), 'detector');
    expect((await why('192.0.2.9')).deniedBy).toMatchObject({ rules: [], notInSlotsBecause: 'pending' });
    await environment.ledger.setPaused({ by: 'bob', because: 'x', at: T0 });
    expect((await why('192.0.2.9')).deniedBy).toMatchObject({ notInSlotsBecause: 'paused' });
    expect(await text('192.0.2.9')).toMatch(/^denied by {3}paused$/m);
  });

  it('once unbanned keeps who ended it and why, and is held where that was asked for', async () => {
    environment.clock.nowMs += 60_000;
    await environment.json('unban', SCANNER, '--hold', '1d', '--because', 'our new PBX');
    expect((await why(SCANNER)).summary).toContain('still denies it, until the next run of the enforcer');
    await environment.run(['reconcile']);
    const document = await why(SCANNER);
    expect(document).toMatchObject({ verdict: 'held', ban: { inForce: false, endedAt: T0 + 11 * MINUTE } });
    expect(document.summary).toContain('by voice-admin/alice: our new PBX');
    expect(document.history.map(({ action, by }) => [action, by])).toEqual([
      ['ban', 'detector'],
      ['hold', CALLER],
      ['unban', CALLER],
    ]);
    expect(await text(SCANNER)).toMatch(/^hold {8}until .* by voice-admin\/alice$/m);
  });

  it('on the allowlist is allowed, and its ban is recorded only', async () => {
    await environment.json('allow', '198.51.100.0/28', '--because', 'carrier');
    const document = await why(SCANNER);
    expect(document).toMatchObject({
      verdict: 'allowed',
      allowedBy: [{ cidr: '198.51.100.0/28', origin: 'operator' }],
      deniedBy: { notInSlotsBecause: 'allowlist' },
    });
    expect(document.summary).toContain('its ban is recorded and not enforced');
  });
});

describe('ringfence why, of others', () => {
  it('never seen: says so, and knows nothing against it', async () => {
    expect(await why('192.0.2.77')).toMatchObject({
      verdict: 'unknown',
      evidence: [],
      ban: null,
      seen: null,
      release: [],
      history: [],
    });
    expect(await text('192.0.2.77')).toBe('192.0.2.77 is not banned, and nothing is remembered of it\n');
  });

  it('seen and clean: says when it was last seen', async () => {
    await seen([request({ destination: darkHost(1) })]);
    expect(await why(SCANNER)).toMatchObject({ verdict: 'clean', seen: { last: T0 + MINUTE } });
  });

  it('suspect: shows its evidence and what spares it', async () => {
    const call = { protocol: 17, packets: 400, sourcePort: 12_000, destinationPort: 12_000 };
    const media = [
      request({ ...call, destination: '10.20.1.10' }),
      request({ ...call, source: '10.20.1.10', destination: SCANNER }),
    ];
    await seen([...media, ...sweep(4)]);
    const document = await why(SCANNER);
    expect(document).toMatchObject({
      verdict: 'suspect',
      score: 10,
      ban: null,
      trust: { reason: 'media within 7 days', until: T0 + MINUTE + 7 * 24 * HOUR },
    });
    expect(document.summary).toBe('198.51.100.7 looks bad, and is spared: media within 7 days');
    expect(document.release).toEqual([
      'banned for what it does once its trust has ended, 2026-11-30 00:01:00Z (in 6 d 23 h)',
    ]);
  });

  it.each([
    ['10.20.1.10', 'own addresses'],
    ['103.55.116.9', 'proxy range'],
    ['203.0.113.9', 'configuration'],
  ])('%s is allowed by %s', async (target, origin) => {
    expect(await why(target)).toMatchObject({ verdict: 'allowed', allowedBy: [{ origin }] });
  });

  it('inside a CIDR that was banned by hand: names the CIDR and its ban', async () => {
    await environment.json('ban', '192.0.2.0/24', '--for', '1d', '--because', 'a hosting company');
    await environment.run(['reconcile']);
    const document = await why('192.0.2.7');
    expect(document).toMatchObject({
      verdict: 'banned',
      ban: null,
      bansAround: [{ cidr: '192.0.2.0/24', origin: 'operator', because: 'a hosting company' }],
    });
    expect(document.release[1]).toBe('now, all of it: ringfence unban 192.0.2.0/24 --because WHY');
    expect(await text('192.0.2.0/24')).toContain('Evidence: none needed, banned by hand.');
  });

  it('denied by a rule of somebody else: says that Ringfence did not make it', async () => {
    environment.cloud.embedded.networkAcls.createEntry({
      networkAclId: environment.networkAclId,
      ruleNumber: 60,
      egress: false,
      protocol: '-1',
      ruleAction: 'deny',
      cidrBlock: '192.0.2.0/24',
    });
    const document = await why('192.0.2.7');
    expect(document.verdict).toBe('denied');
    expect(document.summary).toContain('rule 60 of ');
    expect(document.summary).toContain('Ringfence did not make that rule');
  });

  it('of an IPv6 address is about its /64', async () => {
    await environment.json('ban', '2001:db8:bad::7', '--for', '1d', '--because', 'scanner');
    expect(await why('2001:db8:bad::8')).toMatchObject({ key: '2001:db8:bad::/64', verdict: 'banned' });
  });

  it('of a CIDR names the bans inside', async () => {
    for (const source of ['192.0.2.1', '192.0.2.2'])
      await environment.ledger.putBan(ban(source, { bannedAt: T0, expiresAt: T0 + HOUR }), 'detector');
    expect((await why('192.0.2.0/24')).summary).toBe(
      '192.0.2.0/24 is not banned as a whole; banned in it: 192.0.2.1 and 192.0.2.2',
    );
  });

  it.each(['198.51.100', 'example.com', ''])('of %j is wrong use', async (target) => {
    const { exitCode, stdout } = await environment.run(['why', target]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  it('looks back: as of a time at which a ban was in force', async () => {
    expect(T0).toBe(NOW);
    await environment.ledger.putBan(ban('192.0.2.1'), 'detector');
    environment.clock.nowMs += 2 * HOUR * 1000;
    expect(await why('192.0.2.1')).toMatchObject({ verdict: 'unknown', ban: { inForce: false } });
    const then = await environment.json<WhyDocument>('why', '192.0.2.1', '--as-of', String(NOW));
    expect(then).toMatchObject({ verdict: 'banned', at: NOW });
  });
});
