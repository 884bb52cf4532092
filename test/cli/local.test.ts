import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type LocalFlags, type Recording, RECORDED_SITE, runLocalCommand } from '../../lib/cli/local/command';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../lib/cli/local/embedded-cloud';
import { type LocalEvent, type LocalOutcome, runLocal, TICK_SECONDS } from '../../lib/cli/local/local-run';
import { readRecordedLog } from '../../lib/cli/local/recorded-log';
import { readLabels, scoreBans } from '../../lib/cli/replay/labels';
import { lineOf } from '../support/flow-log-lines';
import { Folder } from './support/folder';
import { sweep } from './support/logs';

const DATA = join(__dirname, '..', '..', 'examples', 'data');
const LABELS = join(DATA, 'recorded-day.labels.json');
const folder = new Folder();
afterAll(() => folder.remove());

/** Own addresses at which nothing answers. */
const DARK = ['10.20.1.201', '10.20.1.202', '10.20.1.203'];

/** What the hour does not have: eight scanners in one minute, and an interval of which AWS lost the records. */
function spike(at: number): string[] {
  const lost = lineOf({ version: '2', start: String(at), end: String(at + 59), 'log-status': 'SKIPDATA' });
  return [lost, ...Array.from({ length: 8 }, (_, i) => sweep(`192.0.2.${i}`, at, DARK)).flat()];
}

/** The first hour of the recorded day, in which twenty scanners come by, and a spike. */
function firstHour(): Recording {
  const [header = '', ...lines] = gunzipSync(readFileSync(join(DATA, 'recorded-day.log.gz')))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const end = header.split(' ').indexOf('end');
  const endOf = (line: string) => Number(line.split(' ')[end]);
  const from = Math.min(...lines.map(endOf));
  const hour = lines.filter((line) => endOf(line) < from + 3600);
  return {
    log: folder.file(
      'hour.log.gz',
      gzipSync([header, ...hour, ...spike(from + 600 - (from % 60)), ''].join('\n')),
    ),
    labels: LABELS,
  };
}

describe('an hour of recorded traffic through both functions, over the wire', () => {
  const events: LocalEvent[] = [];
  let cloud: EmbeddedCloud;
  let outcome: LocalOutcome;
  let foreignBefore: unknown;

  /** Entries of the network ACL that are not ours: the customer's, the final denies, all egress. */
  const foreign = () => entries().filter(({ egress, ruleNumber }) => egress || ruleNumber > 50);
  const entries = () => cloud.embedded.networkAcls.get(cloud.deployment.networkAcls[0]?.id ?? '').entries;

  beforeAll(async () => {
    const log = await readRecordedLog(firstHour().log, TICK_SECONDS);
    const clock = { now: log.deliveries[0]?.at ?? 0 };
    cloud = await startEmbeddedCloud(RECORDED_SITE, () => clock.now * 1000);
    foreignBefore = foreign();
    outcome = await runLocal(cloud, log, clock, (event) => events.push(event));
  });
  afterAll(() => cloud.close());

  it('bans scanners and nobody else', async () => {
    const score = scoreBans(outcome.bans, await readLabels(LABELS));
    expect(outcome.bans.length).toBeGreaterThan(10);
    expect(score.falseBans).toEqual([]);
  });

  it('fills slots of the network ACL with bans in force, within the quota', () => {
    const ours = entries().filter(({ egress, ruleNumber }) => !egress && ruleNumber <= 50);
    expect(ours.length).toBeGreaterThan(3);
    expect(ours.length).toBeLessThanOrEqual(18);
    expect(ours).toEqual(
      outcome.slots.map(
        ({ ruleNumber, cidr }) =>
          expect.objectContaining({
            ruleNumber,
            cidrBlock: cidr,
            ruleAction: 'deny',
            protocol: '-1',
          }) as unknown,
      ),
    );
    const banned = new Set(outcome.inForce.map(({ cidr }) => cidr));
    for (const { cidr, sources } of outcome.slots)
      expect({ cidr, known: banned.has(cidr) || sources >= 3 }).toEqual({ cidr, known: true });
  });

  it('leaves the rules of others as they were', () => {
    expect(foreign()).toEqual(foreignBefore);
  });

  it('lists every ban in force in the IP set', () => {
    const [ipv4] = cloud.embedded.ipSets.list('REGIONAL');
    expect([...(ipv4?.Addresses ?? [])].sort()).toEqual(outcome.inForce.map(({ cidr }) => cidr).sort());
  });

  it('reconciles at each tick without an error', () => {
    const reports = events.flatMap((event) => (event.kind === 'reconcile' ? [event.report] : []));
    expect(reports.length).toBeGreaterThan(12);
    expect(reports.filter(({ applied, errors }) => !applied || errors.length > 0)).toEqual([]);
  });
});

describe('ringfence local', () => {
  async function local(json: boolean, report: string, where: Partial<LocalFlags> = {}) {
    const ran = { stdout: '', stderr: '' };
    await runLocalCommand(
      { report, json, ...where },
      {
        stdin: process.stdin,
        stdout: { write: (text: string) => (ran.stdout += text) },
        stderr: { write: (text: string) => (ran.stderr += text) },
        env: {},
        elapsedMs: () => 0,
        now: Date.now,
        sleep: async () => undefined,
      },
      firstHour(),
    );
    return ran;
  }

  it('prints bans, slots and alarms as they come, and what it came to, and writes the report', async () => {
    const report = folder.at('report.html');
    const { stdout, stderr } = await local(false, report);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\d\d:\d\d {2}ban {4}198\.19\.59\.100 {2,}for 1h: 3 own addresses/m);
    expect(stdout).toMatch(/^\d\d:\d\d {2}rule {2}1 denies 198\.\d+\.\d+\.\d+\/32$/m);
    expect(stdout).toMatch(/^\d\d:\d\d {2}ALARM {2}probe spike: \d+ sources probing$/m);
    expect(stdout).toMatch(/^\d\d:\d\d {2}ALARM {2}AWS lost flow-log records in 1 interval$/m);
    expect(stdout).toMatch(/\d+ bans of \d+ sources; \d+ in force now, \d+ of them in slots:/);
    expect(stdout).toMatch(/no legitimate source was banned/);
    expect(stdout).toContain(`The report is in ${report}`);
    expect(readFileSync(report, 'utf8')).toMatch(/^<!doctype html>/i);
  });

  it('with --json prints one document and nothing else', async () => {
    const { stdout, stderr } = await local(true, folder.at('json.html'));
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      records: { malformed: 0 },
      score: { precision: 1, falseBans: [] },
      bans: expect.arrayContaining([
        expect.objectContaining({ source: '198.19.59.100', offence: 1 }),
      ]) as unknown,
    });
  });

  it('does not start where the report cannot be written', async () => {
    const report = join(folder.path, 'missing', 'report.html');
    await expect(local(false, report)).rejects.toThrow(
      /--report .*missing: there is no such folder, create it first/,
    );
    expect(existsSync(report)).toBe(false);
  });

  it.each([
    [{ env: 'dev' }, /--env needs --endpoint-url/],
    [{ deployment: 'deployment.json' }, /--deployment needs --endpoint-url/],
    [{ endpointUrl: 'localhost:5000' }, /"localhost:5000" is no URL: write it like http:/],
    [{ endpointUrl: 'https://ec2.eu-west-1.amazonaws.com' }, /is AWS: "local" plays a recording/],
    [{ endpointUrl: 'https://ec2.eu-west-1.api.aws' }, /is AWS/],
  ])('refuses %o', async (where, message) => {
    await expect(local(true, folder.at('refused.html'), where)).rejects.toThrow(message);
  });
});
