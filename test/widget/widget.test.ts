import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { reconcile } from '../../lambda/enforcement';
import { answerWidget } from '../../lambda/widget';
import { textOf } from '../cli/report/markup';
import { World } from '../enforcement/support/world';
import { evidentBan, NOW } from './support';

let world: World;
beforeAll(async () => {
  world = await World.start();
  await world.ledger.putBan(evidentBan('198.51.100.7'), 'detector');
  await world.ledger.putBan(
    evidentBan('2001:db8:9::7', { origin: 'operator', because: 'ticket 4711' }),
    'ann',
  );
  await reconcile(world.options);
  await world.ledger.recordRun({ at: NOW - 30, ok: true, changes: 4 });
  world.aws.clearCalls();
});
afterAll(() => world.aws.close());

/** What the widget says, and what it complained of to the log. */
async function ask(event: unknown = {}, ledger = world.ledger) {
  const failures: unknown[] = [];
  const answer = await answerWidget(event, { ...world.options, ledger }, (error) => failures.push(error));
  return { answer, text: textOf(answer), failures };
}

test('shows who is banned, why, by what, and what to type', async () => {
  const { text, failures } = await ask();
  for (const said of [
    '198.51.100.7',
    '4 own addresses that never answered SIP in 1 h',
    'by hand: ticket 4711',
    'npx ringfence unban 198.51.100.7 --env dev --because',
    'npx ringfence allow 198.51.100.7 --env dev --because',
    'IPv4 1 of 18, IPv6 1 of 18',
    'rule 1: 198.51.100.7/32',
    'Every ban that may be denied has a slot.',
    'Last reconcile 31 s ago, well, 4 changes',
    '2, 1 by hand',
  ])
    expect(text).toContain(said);
  expect(failures).toEqual([]);
});

test('changes nothing, in AWS and in the ledger', async () => {
  const before = await world.ledger.gate();
  await ask();
  expect(world.aws.changingCalls()).toEqual([]);
  expect(await world.ledger.gate()).toEqual(before);
});

test('follows the theme of the console', async () => {
  expect((await ask({ widgetContext: { theme: 'dark', width: 588 } })).answer).toContain(
    'class="rf rf-dark"',
  );
  expect((await ask({ widgetContext: { theme: 'light' } })).answer).toContain('class="rf rf-light"');
});

test('describes itself when asked, without reading anything', async () => {
  world.aws.clearCalls();
  const { answer } = await ask({ describe: true });
  expect(answer).toMatch(/^## Ringfence blacklist\n/);
  expect(answer).toContain('| **rows** | most bans in the table, 1 to 200 (default 25) |');
  expect(answer).not.toContain('<');
  expect(world.aws.calls).toEqual([]);
});

test.each([0, 201, 2.5, '"<b>"'])('refuses %p rows with the bound', async (rows) => {
  const { text, answer } = await ask({ rows });
  expect(text).toContain('rows is a number from 1 to 200');
  expect(text).not.toContain('Nobody is banned');
  expect(answer).not.toContain('<b>"');
});

test('shows as many rows as asked for, and says how many are left', async () => {
  const { text } = await ask({ rows: 1 });
  expect(text).toContain('1 lighter ban not shown');
});

test('an empty blacklist is said to be one that was read', async () => {
  expect((await ask({}, new MemoryLedger())).text).toContain(
    'Nobody is banned. The ledger was read in full.',
  );
});

test('a ledger that cannot be read is no empty list', async () => {
  const broken = new MemoryLedger();
  broken.bansInForce = () => Promise.reject(new Error('AccessDenied: no <dynamodb:Query>'));
  const { text, failures } = await ask({}, broken);
  expect(text).toContain('The state of dev could not be read: AccessDenied: no &lt;dynamodb:Query&gt;');
  expect(text).toContain('Who is banned is not known here');
  expect(text).not.toContain('Nobody is banned');
  expect(failures).toHaveLength(1);
});

test('a network ACL that cannot be read is told, and the blacklist is shown all the same', async () => {
  const gone = { id: 'acl-00000000000000000', ruleNumbers: '1-50', quota: 20, slots: { ipv4: 18, ipv6: 18 } };
  const deployment = { ...world.options.deployment, networkAcls: [gone] };
  const answer = await answerWidget(
    {},
    { ...world.options, ledger: world.ledger, deployment },
    () => undefined,
  );
  expect(textOf(answer)).toMatch(/acl-00000000000000000 could not be read/);
  expect(answer).toContain('198.51.100.7');
});
