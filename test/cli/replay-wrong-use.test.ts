import { type BadCall, expectRefusal, GOOD } from './support/bad-call';
import { Folder } from './support/folder';
import { SITE } from './support/logs';
import { ringfence } from './support/ringfence';

const folder = new Folder();
const home = process.cwd();
const environments = (dev: unknown) => JSON.stringify({ context: { environments: { dev } } });
beforeAll(() => process.chdir(folder.path));
beforeEach(() => {
  folder.file('good.log', GOOD);
  folder.file('cdk.json', environments({ vpc: { create: '10.20.0.0/16' } }));
});
afterAll(() => {
  process.chdir(home);
  folder.remove();
});

const CASES: readonly BadCall[] = [
  {
    what: 'a --format without needed fields',
    args: [...SITE, '--format', 'version start', 'good.log'],
    exitCode: 2,
    says: ['--format', 'lacks srcaddr'],
  },
  {
    what: 'a --format with a wrong name',
    args: [...SITE, '--format', 'Version', 'good.log'],
    exitCode: 2,
    says: ['--format', '"Version" is not a flow-log field'],
  },
  {
    what: 'an address in S3 that is none',
    args: [...SITE, 's3://Bucket_/AWSLogs/'],
    exitCode: 2,
    says: ['s3://Bucket_/AWSLogs/ is no S3 address', 's3://BUCKET/PREFIX'],
  },
  {
    what: 'a number of threads that is none',
    args: [...SITE, '--threads', '0', 'good.log'],
    exitCode: 2,
    says: ['--threads "0" is not a number of threads', '1 to 99'],
  },
  {
    what: 'standard input named twice',
    args: [...SITE, '-', '-'],
    exitCode: 2,
    says: ['standard input (-) can be read once only'],
  },
  {
    what: 'no input on a terminal',
    args: SITE,
    exitCode: 2,
    says: ['no input', 'name flow-log files, or pipe'],
  },
  {
    what: 'no own addresses',
    args: ['good.log'],
    exitCode: 2,
    says: ['which addresses are yours?', '--vpc-cidr 10.20.0.0/16', '--env NAME'],
  },
  {
    what: 'host bits in --vpc-cidr',
    args: ['--vpc-cidr', '10.20.1.5/24', 'good.log'],
    exitCode: 2,
    says: ['--vpc-cidr "10.20.1.5/24" has host bits set', '10.20.1.0/24'],
  },
  {
    what: 'host bits in --proxy-range',
    args: [...SITE, '--proxy-range', '103.55.116.1/24', 'good.log'],
    exitCode: 2,
    says: ['--proxy-range "103.55.116.1/24" has host bits set', '103.55.116.0/24'],
  },
  {
    what: 'host bits in --allow',
    args: [...SITE, '--allow', '2001:db8::1/32', 'good.log'],
    exitCode: 2,
    says: ['--allow "2001:db8::1/32" has host bits set', '2001:db8::/32'],
  },
  {
    what: 'an octal address',
    args: [...SITE, '--allow', '010.0.0.1', 'good.log'],
    exitCode: 2,
    says: ['--allow "010.0.0.1"'],
  },
  {
    what: 'a port out of bounds',
    args: [...SITE, '--sip-port', '65536', 'good.log'],
    exitCode: 2,
    says: ['--sip-port "65536" is not a port', '1 to 65535'],
  },
  {
    what: 'a port that is none',
    args: [...SITE, '--sip-port', '5060x', 'good.log'],
    exitCode: 2,
    says: ['--sip-port "5060x"'],
  },
  {
    what: 'an RTP range the wrong way round',
    args: [...SITE, '--rtp', '20000-10000', 'good.log'],
    exitCode: 2,
    says: ['--rtp "20000-10000" is not a port range', '10000-20000'],
  },
  {
    what: 'an RTP range that is none',
    args: [...SITE, '--rtp', 'all', 'good.log'],
    exitCode: 2,
    says: ['--rtp "all"'],
  },
  {
    what: 'more slots than there can be',
    args: [...SITE, '--slots', '40', 'good.log'],
    exitCode: 2,
    says: ['--slots "40"', '0 to 39'],
  },
  {
    what: 'slots that are no number',
    args: [...SITE, '--slots', '-1', 'good.log'],
    exitCode: 2,
    says: ['--slots "-1"'],
  },
  {
    what: 'an exposure that does not exist',
    args: [...SITE, '--exposure', 'half', 'good.log'],
    exitCode: 2,
    says: ["'half' is invalid", 'proxy-only, open'],
  },
  {
    what: 'an unknown flag',
    args: [...SITE, '--labelz', 'x'],
    exitCode: 2,
    says: ["unknown option '--labelz'", 'Did you mean --labels?', 'ringfence replay --help'],
  },
  {
    what: 'a flag without its value',
    args: ['--vpc-cidr'],
    exitCode: 2,
    says: ["option '--vpc-cidr <cidr>' argument missing"],
  },
  {
    what: 'an unknown environment',
    args: ['--env', 'prdo', 'good.log'],
    exitCode: 2,
    says: ['prdo', 'no environment of that name', 'dev'],
  },
];

describe('ringfence replay called wrongly', () => {
  it.each(CASES)('$what: says so once, and does nothing', (bad) => expectRefusal(bad, folder));

  it.each([
    [
      'an unknown key',
      environments({ vpc: { create: '10.20.0.0/16' }, alowlist: [] }),
      /dev: alowlist .*allowlist/,
    ],
    [
      'host bits',
      environments({ vpc: { create: '10.20.0.1/16' } }),
      /dev: vpc\.create = "10\.20\.0\.1\/16".*10\.20\.0\.0\/16/,
    ],
    ['no environments', '{"context":{}}', /environments is missing or empty in the context of cdk\.json/],
    ['half of its text', '{"context":', /cdk\.json cannot be read as JSON/],
  ])('cdk.json with %s: says where, what and what to do', async (_what, text, message) => {
    folder.file('cdk.json', text);
    const { stderr, stdout, exitCode } = await ringfence(['replay', '--env', 'dev', 'good.log']);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr.replaceAll('\n', ' ')).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});
