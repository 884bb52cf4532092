import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VENDORS } from '../../lambda/handset';
import { ringfence } from './support/ringfence';

const folder = mkdtempSync(join(tmpdir(), 'handset-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('prints one file as it is, so that it can be redirected to where phones fetch it', async () => {
  const { stdout, exitCode } = await ringfence(['handset', 'yealink', '--account', '3']);
  expect(exitCode).toBe(0);
  expect(stdout.startsWith('#!version:1.0.0.1\n')).toBe(true);
  expect(stdout).toContain('account.3.sip_trust_ctrl = 1\n');
});

it('writes the files to a folder, and they pass its own check', async () => {
  const output = join(folder, 'new', 'yealink');
  const wrote = await ringfence(['handset', 'yealink', '--mac', '00-15-65-AA-BB-CC', '--output', output]);
  expect(wrote).toMatchObject({ exitCode: 0, stdout: '' });
  expect(readdirSync(output).sort()).toEqual(['001565aabbcc.cfg', 'y0000000000xx.cfg']);
  const checked = await ringfence(['handset', 'check', join(output, '001565aabbcc.cfg')]);
  expect(checked.exitCode).toBe(0);
  expect(checked.stdout).toContain('Yealink, account 1: good');
});

it('prints one JSON document with files, caveats and sources', async () => {
  const { stdout } = await ringfence(['handset', 'fanvil', '--json']);
  const document = JSON.parse(stdout) as {
    vendor: string;
    files: unknown[];
    caveats: string[];
    sources: unknown[];
  };
  expect(document.vendor).toBe('fanvil');
  expect(document.files).toHaveLength(1);
  expect(document.caveats[0]).toMatch(/No true equivalent/);
  expect(document.sources.length).toBeGreaterThan(0);
});

it('exits with 1 where something required is missing, after saying what', async () => {
  const file = join(folder, 'half.cfg');
  writeFileSync(file, '#!version:1.0.0.1\nfeatures.direct_ip_call_enable = 0\n');
  const { stdout, stderr, exitCode } = await ringfence(['handset', 'check', file]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/MISSING +sip\.trust_ctrl +not set, want 1/);
  expect(stderr).toContain('not all that stops ghost calls is there');
});

it('reads from standard input, and prints one JSON document', async () => {
  const { stdout, exitCode } = await ringfence(['handset', 'check', '-', '--json'], {
    stdin: 'P2347=1\nP258=1\n',
  });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    files: ['-'],
    reports: [{ vendor: 'grandstream', verdict: 'good' }],
  });
});

it.each([
  [['handset', 'yealink', '--sip-port', '0'], /SIP port 0/],
  [['handset', 'yealink', '--account', 'x'], /--account x: write a whole number/],
  [['handset', 'nokia'], /unknown command 'nokia'/],
  [['handset', 'check', 'x', '--vendor', 'nokia'], /Allowed choices are yealink/],
  [['handset', 'check'], /missing required argument 'files'/],
])('%j is wrong use', async (args, message) => {
  const { stderr, exitCode } = await ringfence(args);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(message);
});

it('says which file cannot be read and why', async () => {
  const { stderr, exitCode } = await ringfence(['handset', 'check', join(folder, 'none.cfg')]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/none\.cfg cannot be read: there is no such file/);
});

it('has each vendor documented, with every source it names', () => {
  const docs = readFileSync(join(__dirname, '..', '..', 'docs', 'handsets.md'), 'utf8');
  for (const vendor of Object.values(VENDORS))
    for (const { url } of vendor.sources) if (url !== undefined) expect(docs).toContain(url);
});
