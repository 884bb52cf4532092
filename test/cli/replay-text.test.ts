import { log, SITE, START, sweep } from './support/logs';
import { ringfence, type Surroundings } from './support/ringfence';

const ESCAPE = '\u001b';
const SCANNERS = ['198.51.100.7', '198.51.100.8', '198.51.100.9', '198.51.100.10'];
/** Four sources; the first one also floods, which makes its reason long. */
const LOG = log(
  ...SCANNERS.flatMap((source, i) => sweep(source, START + 60 * i)),
  ...sweep('198.51.100.7', START, ['10.20.1.10']).map((line) => line.replace(' 1 441 ', ' 900 396900 ')),
);

async function replay(around: Surroundings, args: readonly string[] = []): Promise<string> {
  const { stdout, stderr, exitCode } = await ringfence(['replay', ...SITE, ...args], {
    stdin: LOG,
    ...around,
  });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return stdout;
}

/** Columns that a terminal needs for the widest line of a table. */
const widest = (text: string): number => {
  // eslint-disable-next-line no-control-regex -- colours take no room
  const plain = text.replace(/\u001b\[\d*m/g, '');
  return Math.max(
    ...plain
      .split('\n')
      .filter((line) => /[│─]/.test(line))
      .map((line) => line.length),
  );
};

describe('ringfence replay for a person', () => {
  it.each([80, 160])('fits its tables into a terminal of %i columns', async (columns) => {
    const text = await replay({ columns });
    expect(text).toContain('│');
    expect(widest(text)).toBeLessThanOrEqual(columns);
    for (const source of SCANNERS) expect(text).toContain(source);
  });

  it('breaks a long reason over lines instead of cutting it', async () => {
    const reason =
      '3 own addresses that never answered SIP in 1 h; 900 SIP packets a minute in one flow, and no media';
    expect(await replay({})).toContain(`${reason}\n`);
    const narrow = await replay({ columns: 80 });
    expect(narrow).not.toContain(reason);
    expect(narrow).not.toContain('…');
    for (const word of reason.split(' ')) expect(narrow).toContain(word);
  });

  it('colours a terminal, and none where NO_COLOR or TERM=dumb asks for none', async () => {
    expect(await replay({ columns: 80 })).toContain(ESCAPE);
    expect(await replay({ columns: 80, env: { NO_COLOR: '1' } })).not.toContain(ESCAPE);
    expect(await replay({ columns: 80, env: { TERM: 'dumb' } })).not.toContain(ESCAPE);
    expect(await replay({ columns: 80, env: { NO_COLOR: '' } })).toContain(ESCAPE);
  });

  it('is plain aligned text in a pipe, one line a ban', async () => {
    const text = await replay({});
    expect(text).not.toMatch(/[│─┌]/);
    expect(text).not.toContain(ESCAPE);
    const bans = text.split('\n').filter((line) => line.includes('dark') || line.includes('never answered'));
    expect(bans).toHaveLength(4);
    expect(bans[0]).toMatch(/^2025-11-24 16:02:00Z {2}198\.51\.100\.7 {3,}1h {3}1 {8}3 own addresses/);
  });

  it('says what was read, what could not be, and where AWS was blind', async () => {
    const lost = '2 123456789012 eni-0a1b2c3d4e5f60718 - - - - - - - 1764000000 1764000060 - SKIPDATA';
    const text = await replay({ stdin: `${LOG}garbage\n${lost}\n` });
    expect(text).toContain('15 records in 0.0 s: 13 flows, 13 of them SIP');
    expect(text).toContain('1 line could not be read: field-count 1');
    expect(text).toContain('1 interval in which AWS lost records (SKIPDATA): blind there, not quiet');
  });

  it('says that nobody was banned, and shows no slots then', async () => {
    const text = await replay({ stdin: log() });
    expect(text).toContain('No source was banned.');
    expect(text).not.toContain('Slots');
  });

  it('shows at most 30 bans and says where the others are', async () => {
    const many = Array.from({ length: 40 }, (_, i) => sweep(`198.18.${i}.7`, START + 60 * i)).flat();
    const text = await replay({ stdin: log(...many) });
    expect(text).toContain('40 bans of 40 sources');
    expect(text).toContain('… and 10 more: --json has all');
    expect(text).toMatch(/22 bans found no slot: they would stand in the IP sets only/);
  });

  it('lists who was spared and why', async () => {
    const text = await replay({}, ['--allow', '198.51.100.7/32']);
    expect(text).toContain('1 suspect, not banned');
    expect(text).toMatch(/198\.51\.100\.7 +on the allowlist/);
  });
});
