import { readFileSync } from 'node:fs';
import { evidentBan } from '../../widget/support';
import { readMarkup, sectionOf, textOf } from '../report/markup';
import { OperatedEnvironment } from './support/environment';

let environment: OperatedEnvironment;
let page: string;
beforeAll(async () => {
  environment = await OperatedEnvironment.start();
  const { ledger } = environment;
  await ledger.putBan(evidentBan('198.51.100.7', { weight: 90, offence: 3 }), 'detector');
  await ledger.putBan(evidentBan('198.51.100.9', { origin: 'operator', because: 'ticket <4711>' }), 'ann');
  await ledger.recordLegitimate(new Map([['198.51.100.80', environment.now + 86_400]]));
  await environment.run(['reconcile']);
  environment.takeChanges();
  page = await report();
});
afterAll(() => environment.close());

/** Runs `report` and reads the page it wrote. */
async function report(): Promise<string> {
  const file = environment.folder.at('report.html');
  const { exitCode, stderr } = await environment.run(['report', '--out', file]);
  expect({ exitCode, said: stderr.includes(`The report is in ${file}`) }).toEqual({
    exitCode: 0,
    said: true,
  });
  return readFileSync(file, 'utf8');
}

test('shows who is banned now, with evidence, and what denies each', () => {
  readMarkup(page);
  const text = textOf(page);
  for (const said of [
    'Ringfence dev',
    '2 sources are banned now. None of them is on your allowlist.',
    '4 own addresses that never answered SIP in 1 h',
    'by hand: ticket &lt;4711&gt;',
    'blocked, rule 1',
    'blocked, rule 2',
    'Deny rules now: 2 used, room for 18 in each family',
  ])
    expect(text).toContain(said);
  expect(text).not.toMatch(/end of the log|Flow records|rows read|NaN|undefined|Infinity|1970/);
});

test('counts the bans of a source by its offence, and puts known callers on the map', () => {
  expect(textOf(sectionOf(page, 'sources'))).toMatch(
    /198\.51\.100\.7 blocked, rule 2 90\.0 .* 3 70m blocked, rule 2/,
  );
  expect(textOf(sectionOf(page, 'map'))).toContain('198.51.100.0/24 2 0 1');
});

test('says what needs a person in the words of status', async () => {
  expect(textOf(sectionOf(page, 'headline'))).not.toContain('to look at');
  await environment.ledger.recordRun({ at: environment.now, ok: false, changes: 0, detail: 'EC2 said <no>' });
  expect(textOf(sectionOf(await report(), 'headline'))).toContain(
    '1 thing to look at: the last run of the enforcer failed: EC2 said &lt;no&gt;',
  );
});

test('says what a ledger cannot tell', () => {
  expect(textOf(sectionOf(page, 'unseen'))).toContain('The ledger holds decisions and no records');
});

test('changes nothing', async () => {
  await report();
  expect(environment.takeChanges()).toEqual([]);
});

test('a file that cannot be written is found before anything is read', async () => {
  const { exitCode, stderr } = await environment.run([
    'report',
    '--out',
    environment.folder.at('none/x.html'),
  ]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('there is no such folder');
});
