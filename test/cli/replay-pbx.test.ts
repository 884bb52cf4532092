import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ringfence } from './support/ringfence';

const folder = mkdtempSync(join(tmpdir(), 'ringfence-pbx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Accounts that do not exist, one a minute from 09:00 by the PBX's clock, ten hours ahead of UTC. */
const LINES = ['100', '101', '102', '103', '104', '105'].map(
  (account, i) =>
    `[2026-11-25 09:0${i}:01] SECURITY[1084] res_security_log.c: SecurityEvent="InvalidAccountID",EventTV="1462285045-854739",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="${account}",SessionID="a84b4c76e66710",LocalAddress="IPV4/UDP/10.20.1.10/5060",RemoteAddress="IPV4/UDP/198.51.100.7/5060"`,
);

function fileOf(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const ASTERISK = ['--pbx-dialect', 'asterisk', '--vpc-cidr', '10.20.0.0/16'];

describe('replay --pbx-log', () => {
  test('bans on a PBX log alone', async () => {
    const log = fileOf('security.log', `${LINES.join('\n')}\n`);
    const { exitCode, stdout } = await ringfence([
      'replay',
      '--pbx-log',
      log,
      ...ASTERISK,
      '--pbx-utc-offset',
      '+10:00',
      '--json',
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      pbx: { read: 6, used: 6, unsafe: 0, illegible: 0, undated: 0 },
      bans: [
        {
          source: '198.51.100.7',
          bannedAt: Date.UTC(2026, 10, 24, 23, 7) / 1000,
          evidence: [{ rule: 'pbx-unknown-accounts', detail: '6 accounts tried that the PBX does not have' }],
        },
      ],
      filterSet: [{ cidr: '198.51.100.7/32' }],
    });
  });

  test('reads gzip, and tells a person what was read', async () => {
    const log = fileOf(
      'security.log.gz',
      gzipSync([...LINES, LINES[0]?.replace('SessionID="', 'SessionID="x",Y="')].join('\n')),
    );
    const { stdout } = await ringfence(['replay', '--pbx-log', log, ...ASTERISK]);
    expect(stdout).toContain('7 lines of PBX logs, 6 of them about a source; 1 dropped');
    expect(stdout).toContain('6 accounts tried that the PBX does not have');
  });

  test.each([
    [['--pbx-log', 'x'], '--pbx-dialect is missing: write one of asterisk'],
    [['--pbx-log', 'x', '--pbx-dialect', '3cx'], '--pbx-dialect "3cx" is none'],
    [['--pbx-dialect', 'asterisk', __filename], 'are about --pbx-log: name a file with it'],
    [
      ['--pbx-log', 'x', '--pbx-dialect', 'asterisk', '--pbx-utc-offset', '10'],
      '--pbx-utc-offset "10" is no offset',
    ],
  ])('%j is wrong use', async (args, message) => {
    const { exitCode, stderr } = await ringfence(['replay', '--vpc-cidr', '10.20.0.0/16', ...args]);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });

  test('a file that is not there fails', async () => {
    const { exitCode, stderr } = await ringfence(['replay', '--pbx-log', join(folder, 'none'), ...ASTERISK]);
    expect(stderr).toContain('cannot be read');
    expect(exitCode).toBe(1);
  });
});
