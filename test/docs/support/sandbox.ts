import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, ROOT } from './pages';

/** One call that a page's shell blocks made, as the shell handed it over. */
export interface Call {
  readonly program: string;
  readonly args: readonly string[];
  /** Line of the block in the page. */
  readonly line: number;
}

/** Programs that are not called but written down, to be looked at afterwards. */
const WRITTEN_DOWN = ['ringfence', 'npx', 'npm', 'aws', 'bash', 'git'];

/** Firewalls and other tools that are not ours: that they take what we write is proved elsewhere, or is their business. */
const OTHERS = [
  ...[
    'nft',
    'ipset',
    'iptables',
    'ip6tables',
    'iptables-restore',
    'ip6tables-restore',
    'ip',
    'systemctl',
    'crontab',
  ],
  ...['jq', 'curl', 'open', 'xdg-open', 'complete', 'asterisk', 'fs_cli', 'kamcmd'],
];

/** Harmless programs that really run. A page that needs another one adds it here. */
const HARMLESS = [
  'cat',
  'tr',
  'sed',
  'grep',
  'head',
  'tail',
  'sort',
  'wc',
  'cut',
  'mkdir',
  'cp',
  'mv',
  'ls',
  'date',
  'gzip',
  'gunzip',
  'tee',
  'diff',
  'touch',
  'sleep',
  'chmod',
];

/** Answers with something, for pipes and variables; writes down line, program and arguments, each ended by NUL. */
const STUB = `#!/bin/bash
{ printf '%s\\0' "$DOCS_LINE" "\${0##*/}" "$@"; printf '\\n\\0'; } >> "$DOCS_CALLS"
[ "\${0##*/}" = aws ] && printf '1\\n'
[ "\${0##*/}" = ringfence ] && printf '{}\\n'
while [ $# -gt 1 ]; do [ "$1" = --output ] && [[ "$2" != /* && "$2" != */ ]] && : > "$2"; shift; done
exit 0
`;

/** A folder with what the pages assume a reader has, in which their blocks run by a real shell. */
export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'ringfence-docs-'));
  private readonly bin = join(this.folder, '.bin');

  constructor() {
    mkdirSync(this.bin);
    for (const name of [...WRITTEN_DOWN, ...OTHERS]) {
      writeFileSync(join(this.bin, name), STUB);
      chmodSync(join(this.bin, name), 0o755);
    }
    for (const name of HARMLESS)
      symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(this.bin, name));
    this.furnish();
  }

  /**
   * Runs the shell blocks of a page one after the other, as a reader would, in one shell.
   * @returns the calls
   * @throws Error with what the shell said, where a block is no shell or calls what is not there
   */
  run(page: Page): Call[] {
    const blocks = page.blocks.filter(({ language }) => language === 'sh');
    const outside = blocks.find(({ text }) => />\s*\/(?!dev\/null)/.test(text));
    if (outside)
      throw new Error(
        `${page.path}:${outside.line}: a test runs this, so it may not write outside its folder by >`,
      );
    const calls = join(this.folder, '.calls');
    writeFileSync(calls, '');
    const script = blocks.map(({ line, text }) => `export DOCS_LINE=${line}\n${text}`).join('\n');
    const env = { PATH: this.bin, DOCS_CALLS: calls, HOME: this.folder, LANG: 'C.UTF-8' };
    const { status, stderr } = spawnSync('/bin/bash', ['-eu', '-c', script], {
      cwd: this.folder,
      env,
      encoding: 'utf8',
      timeout: 60_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Not by the exit code alone: a shell goes on after a command that is not there within a pipe.
    if (status !== 0 || stderr.includes('command not found')) {
      throw new Error(`${page.path}: ${stderr || `exit code ${String(status)}`}`);
    }
    return callsOf(readFileSync(calls, 'utf8'));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Logs, configuration and files under the names that the pages use. */
  private furnish(): void {
    const day = join(ROOT, 'examples', 'data', 'recorded-day.log.gz');
    for (const folder of ['my-flow-logs', 'flow-logs', 'provisioning']) mkdirSync(join(this.folder, folder));
    copyFileSync(day, join(this.folder, 'my-flow-logs', 'day.log.gz'));
    copyFileSync(day, join(this.folder, 'flow-logs', 'day.log.gz'));
    copyFileSync(join(ROOT, 'cdk.json'), join(this.folder, 'cdk.json'));
    writeFileSync(
      join(this.folder, 'sources.jsonl'),
      '{"source":"198.18.1.2","weight":3.5}\n{"source":"198.18.1.3","weight":2}\n{"legit":"198.18.1.9"}\n',
    );
    copyFileSync(
      join(ROOT, 'test', 'data', 'pbx-log', 'kamailio', 'kamailio.log'),
      join(this.folder, 'kamailio.log'),
    );
    // A line as Asterisk's security log has it: a registration that failed.
    writeFileSync(
      join(this.folder, 'security.log'),
      '[2025-11-25 10:00:00] SECURITY[100] res_security_log.c: SecurityEvent="InvalidPassword",EventTV="2025-11-25T10:00:00.000+1000",Severity="Error",Service="PJSIP",EventVersion="2",AccountID="100",SessionID="a",LocalAddress="IPV4/UDP/10.20.0.10/5060",RemoteAddress="IPV4/UDP/198.51.100.7/5060",Challenge="",ReceivedChallenge="",ReceivedHash=""\n',
    );
    writeFileSync(join(this.folder, 'partners.csv'), '198.51.100.20\n198.51.100.21\n');
  }
}

function callsOf(written: string): Call[] {
  return written
    .split('\n\0')
    .slice(0, -1)
    .map((entry) => {
      const [line = '', program = '', ...args] = entry.split('\0').slice(0, -1);
      return { line: Number(line), program, args };
    });
}
