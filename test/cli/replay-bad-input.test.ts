import { mkdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type BadCall, expectRefusal, GOOD } from './support/bad-call';
import { Folder } from './support/folder';
import { SITE } from './support/logs';

const folder = new Folder();
const home = process.cwd();
beforeAll(() => {
  process.chdir(folder.path);
  folder.file('good.log', GOOD);
  folder.file('cut.log.gz', gzipSync(GOOD).subarray(0, 100));
  folder.file('damaged.log.gz', gzipSync(GOOD).fill(7, 40, 60));
  folder.file('thin.log', 'version srcaddr dstaddr start end\n2 198.51.100.7 10.20.1.10 1 2\n');
  folder.file('app.jsonl', '{"time":"2026-11-23T00:00:00Z","message":"hello"}\n{"time":1}\n');
  // The first fields of an access log entry (Elastic Load Balancing user guide, *Access logs for your ALB*).
  folder.file(
    'alb.log',
    'https 2026-11-23T00:00:00.186641Z app/voice/50dc6c495c0c9188 198.51.100.7:2817 10.20.1.10:80\n',
  );
  folder.file('short.log', `${GOOD.split('\n')[0] ?? ''}\n2 123456789012 eni-0a 198.51.100.7\n2 1 2 3\n`);
  folder.file('labels.txt', 'not json');
  folder.file('labels.json', '{"sources":{"198.51.100.7":"probe"}}');
  mkdirSync(folder.at('folder'));
});
afterAll(() => {
  process.chdir(home);
  folder.remove();
});

const CASES: readonly BadCall[] = [
  {
    what: 'a gzip file that ends early',
    args: [...SITE, 'cut.log.gz'],
    exitCode: 1,
    says: ['cut.log.gz', 'truncated', 'fetch it again'],
  },
  {
    what: 'a gzip file that is damaged',
    args: [...SITE, 'damaged.log.gz'],
    exitCode: 1,
    says: ['damaged.log.gz', 'fetch'],
  },
  {
    what: 'truncated gzip in a pipe',
    args: SITE,
    exitCode: 1,
    says: ['standard input', 'truncated'],
    around: { stdin: gzipSync(GOOD).subarray(0, 100) },
  },
  {
    what: 'a header without needed fields',
    args: [...SITE, 'thin.log'],
    exitCode: 1,
    says: ['thin.log', 'lacks srcport, dstport, protocol, packets'],
  },
  {
    what: 'JSON lines',
    args: [...SITE, 'app.jsonl'],
    exitCode: 1,
    says: ['app.jsonl', 'not a VPC flow log', '--format'],
  },
  {
    what: "a load balancer's log",
    args: [...SITE, 'alb.log'],
    exitCode: 1,
    says: ['alb.log', 'not a VPC flow log', '--format'],
  },
  {
    what: 'a log of which no line fits',
    args: [...SITE, 'short.log'],
    exitCode: 1,
    says: ['none of 2 records can be read', 'field-count 2', '--format'],
  },
  {
    what: 'a --format that does not fit',
    args: [...SITE, '--format', 'srcaddr dstaddr srcport dstport protocol packets start end', '-'],
    exitCode: 1,
    says: ['none of 3 records', 'correct --format'],
    around: { stdin: GOOD.split('\n').slice(1).join('\n') },
  },
  {
    what: 'a missing file',
    args: [...SITE, 'gone.log'],
    exitCode: 1,
    says: ['gone.log cannot be read', 'no such file', 'check the path'],
  },
  {
    what: 'a missing file among good ones',
    args: [...SITE, 'good.log', 'gone.log'],
    exitCode: 1,
    says: ['gone.log cannot be read'],
  },
  {
    what: 'a directory',
    args: [...SITE, 'folder'],
    exitCode: 1,
    says: ['folder is not a file', 'folder/*.log.gz'],
  },
  {
    what: 'missing labels',
    args: [...SITE, '--labels', 'gone.json', 'good.log'],
    exitCode: 1,
    says: ['--labels gone.json cannot be read', 'no such file'],
  },
  {
    what: 'labels that are no JSON',
    args: [...SITE, '--labels', 'labels.txt', 'good.log'],
    exitCode: 1,
    says: ['--labels labels.txt is not JSON'],
  },
  {
    what: 'labels of another shape',
    args: [...SITE, '--labels', 'labels.json', 'good.log'],
    exitCode: 1,
    says: ['--labels labels.json is not a labels file', '198.51.100.7'],
  },
  {
    what: 'a report into a folder that is missing',
    args: [...SITE, '--report', 'reports/today.html', 'good.log'],
    exitCode: 1,
    says: ['--report reports/today.html', 'no such folder, create it first'],
  },
  {
    what: 'a report onto a folder',
    args: [...SITE, '--report', 'folder', 'good.log'],
    exitCode: 1,
    says: ['--report folder is a folder', 'name a file'],
  },
];

describe('ringfence replay with something it cannot read or write', () => {
  it.each(CASES)('$what: says so once, and does nothing', (bad) => expectRefusal(bad, folder));
});
