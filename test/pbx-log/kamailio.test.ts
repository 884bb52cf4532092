import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PbxLogReader } from '../../lambda/pbx-log';

/** What Kamailio 5.6.3 logged: test/data/pbx-log/kamailio/record.mjs says how. */
const RECORDED = readFileSync(join(__dirname, '../data/pbx-log/kamailio/kamailio.log'), 'utf8').split('\n');

function readAll(lines: readonly string[]) {
  const reader = new PbxLogReader('kamailio');
  const events = lines.flatMap((line) => reader.read(line)?.event ?? []);
  return { events, counts: reader.counts };
}

const { events, counts } = readAll(RECORDED);
const of = (source: string) =>
  events.filter((event) => event.source === source).map(({ kind, name, proven }) => ({ kind, name, proven }));

describe('a log that Kamailio wrote', () => {
  test('a phone: asked for its password, and then right', () => {
    expect(of('127.0.1.1')).toMatchObject([{ kind: 'challenge' }, { kind: 'success', name: '101' }]);
  });

  test('a phone with a wrong password begins anew each time; its answers prove its address', () => {
    const round = [{ kind: 'challenge' }, { kind: 'refused', name: '101', proven: true }];
    expect(of('127.0.1.2')).toMatchObject([...round, ...round, ...round]);
  });

  test('svcrack answers each refusal with the next password', () => {
    expect(of('127.0.1.3').map(({ kind }) => kind)).toEqual([
      'challenge',
      'refused',
      'refused',
      'refused',
      'refused',
    ]);
  });

  test('accounts that do not exist', () => {
    const names = of('127.0.1.4').flatMap(({ kind, name }) => (kind === 'unknown' ? [name] : []));
    expect(names).toEqual(['100', '102', '103', '1000']);
  });

  test('a scanner, ghost calls, a monitor', () => {
    expect(of('127.0.1.5')).toMatchObject([{ kind: 'scanner', name: 'friendly-scanner', proven: false }]);
    expect(of('127.0.1.6').map(({ name }) => name)).toEqual(['100', '1000', '900441519470495']);
    expect(of('127.0.1.7')).toMatchObject([{ kind: 'stranger' }]);
  });

  test('a connection proves the address', () => {
    expect(of('127.0.1.8')).toMatchObject([
      { kind: 'challenge', proven: true },
      { kind: 'refused', proven: true },
      { kind: 'refused', proven: true },
    ]);
  });

  test('a nonce that was sent to another address, or made up, is no answer: Kamailio asks again', () => {
    expect(of('127.0.1.10').map(({ kind }) => kind)).toEqual(['challenge', 'challenge']);
  });

  test('pike', () => {
    expect(of('127.0.1.12').filter(({ kind }) => kind === 'flood').length).toBeGreaterThan(1);
  });

  test('nobody whose address was only written into headers is named, though the log is full of it', () => {
    expect(RECORDED.filter((line) => line.includes('127.0.9.9')).length).toBeGreaterThan(3);
    expect(events.filter(({ source }) => source === '127.0.9.9')).toEqual([]);
  });

  test('the lines with them are counted, and all others read', () => {
    const hostile = RECORDED.filter((line) => line.includes('127.0.9.9')).length;
    expect(counts).toMatchObject({ read: RECORDED.length, unsafe: hostile, illegible: 0 });
  });
});

describe('lines of Kamailio', () => {
  const ours = 'NOTICE: <script>: ringfence event=refused proto=udp src=198.51.100.7';
  test.each([
    ['without a bound nonce nothing is proven', `${ours} name=313031`, { name: '101', proven: false }],
    [
      'through syslog',
      `Nov 25 22:07:40 sip1 /usr/sbin/kamailio[811]: ${ours} bound=1 name=313031`,
      { proven: true },
    ],
    ['with an empty name', `${ours} name=`, { kind: 'refused' }],
    [
      'from IPv6',
      'NOTICE: <script>: ringfence event=flood proto=udp src=2001:db8::7',
      { source: '2001:db8::7' },
    ],
    [
      'pike of the example',
      'ALERT: <script>: ALERT: pike blocking OPTIONS from sip:100@pbx:5060 (IP:198.51.100.7:5060)',
      { kind: 'flood' },
    ],
  ])('%s', (_, line, expected) => {
    expect(readAll([line]).events).toMatchObject([expected]);
  });

  test.each([
    ['a name that is not hexadecimal', `${ours} name=101`],
    ['another event', ours.replace('refused', 'friendly')],
    ['something behind', `${ours} name=31 src=203.0.113.66`],
    ['another level', ours.replace('NOTICE', 'ERROR')],
  ])('%s is dropped', (_, line) => {
    expect(readAll([line]).counts).toMatchObject({ used: 0, unsafe: 1 });
  });

  test('a user agent that is no scanner of ours says nothing', () => {
    const line = `NOTICE: <script>: ringfence event=scanner proto=udp src=198.51.100.7 name=${Buffer.from('Yealink').toString('hex')}`;
    expect(readAll([line]).counts).toMatchObject({ used: 0, unsafe: 0 });
  });
});
