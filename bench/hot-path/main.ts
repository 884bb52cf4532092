/**
 * What reading flow logs costs beside inflating them: `npm run bench [-- --records 10000000 --runs 5 --only v2,v5]`.
 * Every figure is a ratio to a baseline of the same run, the median of interleaved runs.
 */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from '../filter-set/machine';
import { answerOf } from './contenders';
import { type CorpusSpec, payloadsOf, writeCorpus } from './corpus';
import { costOf } from './cost';
import { contenderRunner, interleaved, type Median, runAsChild, type Runner, shellRunner } from './measure';

const REPLAY = 'node dist/ringfence.js replay --vpc-cidr 10.20.0.0/16 --json';
/** Prints the most memory that the process had resident, for {@link shellRunner}. */
const WITH_RSS = `NODE_OPTIONS="--require $RSS_HOOK"`;

/** A group of contenders on one corpus; the first is what the others are measured against. */
interface Section {
  readonly title: string;
  readonly group: () => Promise<Readonly<Record<string, Runner>>>;
}

const { values: flags } = parseArgs({
  options: {
    records: { type: 'string', default: '2000000' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: 'v2,sip,v5,payloads,memory,start,cost' },
    json: { type: 'boolean', default: false },
    contender: { type: 'boolean' },
  },
  allowPositionals: true,
});
const records = Number(flags.records);
const runs = Number(flags.runs);

class Workshop {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ringfence-bench-'));

  constructor() {
    const hook = `process.on('exit',()=>process.stderr.write('rss '+process.resourceUsage().maxRSS+'\\n'))`;
    writeFileSync(this.path('rss.cjs'), hook);
    process.env['RSS_HOOK'] = this.path('rss.cjs');
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** The file of a corpus, made once. */
  async corpus(spec: Partial<CorpusSpec>): Promise<string> {
    const whole: CorpusSpec = { records, version: 2, sip: 0.01, sources: 1000, seed: 1, ...spec };
    const path = this.path(`v${whole.version}-${whole.sip}-${whole.records}.log.gz`);
    if (!existsSync(path)) await writeCorpus(whole, path);
    return path;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function named(path: string, ...names: readonly string[]): Record<string, Runner> {
  return Object.fromEntries(names.map((name) => [name, contenderRunner(name, path)]));
}

const MAWK = `mawk '$7 == 5060 || $7 == 5061 { r[$4]++; p[$4] += $9 } END { for (s in r) printf "%s %d %d\\n", s, r[s], p[s] }'`;

function mawkRunner(path: string): Runner {
  return shellRunner(`gzip -dc ${path} | ${MAWK}`, (stdout) => answerOf(stdout.trimEnd().split('\n')));
}

const replayRunner = (path: string): Runner => shellRunner(`${WITH_RSS} ${REPLAY} ${path}`);

function sectionsOf(workshop: Workshop): Readonly<Record<string, Section>> {
  const ours = ['ours: parse', 'ours: parse + aggregate', 'ours: parse + detect'];
  return {
    v2: {
      title: 'v2, 1 % SIP',
      group: async () => {
        const path = await workshop.corpus({});
        const rivals = ['gunzipSync alone', 'streamed split', 'readline', 'DuckDB'];
        return {
          ...named(path, 'streaming gunzip alone', ...ours),
          'ours: full replay, process included': replayRunner(path),
          ...named(path, ...rivals),
          'gzip | mawk': mawkRunner(path),
        };
      },
    },
    sip: {
      title: 'v2, 100 % SIP',
      group: async () => {
        const path = await workshop.corpus({ sip: 1, seed: 2 });
        return named(path, 'streaming gunzip alone', ...ours);
      },
    },
    v5: {
      title: 'v5, 1 % SIP',
      group: async () => {
        const path = await workshop.corpus({ version: 5, seed: 3 });
        return {
          ...named(path, 'streaming gunzip alone', ...ours),
          'ours: full replay, process included': replayRunner(path),
        };
      },
    },
    payloads: {
      title: 'CloudWatch payloads, v2, 1 % SIP',
      group: () => {
        const path = workshop.path('payloads');
        const spec: CorpusSpec = { records: records / 4, version: 2, sip: 0.01, sources: 1000, seed: 4 };
        writeFileSync(path, payloadsOf(spec).join('\n'));
        return Promise.resolve(
          named(path, 'payloads: gunzipSync alone', 'payloads: ours', 'payloads: naive'),
        );
      },
    },
    memory: {
      title: 'replay with the same sources',
      group: async () => ({
        [`${records / 10} records`]: replayRunner(await workshop.corpus({ records: records / 10 })),
        [`${records} records`]: replayRunner(await workshop.corpus({})),
      }),
    },
    start: {
      title: 'start',
      group: () =>
        Promise.resolve({
          'node alone': shellRunner('node -e 0'),
          ...Object.fromEntries(
            ['detect', 'enforce'].map((name) => [
              `${name}: ${Math.round(statSync(`dist/lambda/${name}/index.js`).size / 1000)} KB`,
              shellRunner(`node -e 'require("./dist/lambda/${name}/index.js")'`),
            ]),
          ),
        }),
    },
  };
}

function table(title: string, medians: readonly Median[]): string {
  const [baseline] = medians;
  const rows = medians.map(({ name, cpuMs, wallMs, rssMb }) =>
    [
      name.padEnd(38),
      `${(cpuMs / (baseline?.cpuMs ?? NaN)).toFixed(2)} ×`.padStart(9),
      `${(wallMs / (baseline?.wallMs ?? NaN)).toFixed(2)} ×`.padStart(9),
      `${cpuMs.toFixed(0)} ms`.padStart(10),
      rssMb === 0 ? '' : `${rssMb.toFixed(0)} MB`.padStart(9),
    ].join(' '),
  );
  const head = [
    title.padEnd(38),
    'CPU'.padStart(9),
    'wall'.padStart(9),
    'CPU'.padStart(10),
    'RSS'.padStart(9),
  ];
  return `\n${head.join(' ')}\n${rows.join('\n')}\n`;
}

async function main(): Promise<void> {
  const workshop = new Workshop();
  const wanted = flags.only.split(',');
  const say = (text: string) => (flags.json ? process.stderr : process.stdout).write(text);
  const results: Record<string, readonly Median[]> = {};
  try {
    for (const [key, { title, group }] of Object.entries(sectionsOf(workshop))) {
      if (!wanted.includes(key)) continue;
      results[key] = interleaved(await group(), key === 'start' ? 4 * runs + 1 : runs);
      say(table(`${title}${key === 'start' ? '' : `, ${records} records`}`, results[key]));
    }
    const cost = wanted.includes('cost') ? costOf() : undefined;
    if (cost !== undefined) say(cost.text);
    process.stdout.write(
      `${JSON.stringify({ machine: machine(), records, runs, results, cost: cost?.figures }, null, 1)}\n`,
    );
  } finally {
    workshop.remove();
  }
}

async function start(): Promise<void> {
  if (!(await runAsChild())) await main();
}

void start();
