import { PbxLogReader } from '../../lambda/pbx-log';

function read(line: string) {
  const reader = new PbxLogReader('freeswitch');
  const found = reader.read(line);
  return { ...found, counts: reader.counts };
}

const auth = (what: string, who = '1001@10.20.1.10', from = '198.51.100.7') =>
  `2026-11-25 22:07:40.123456 [WARNING] sofia_reg.c:1842 SIP auth ${what} on sofia profile 'internal' for [${who}] from ip ${from}`;

describe("FreeSWITCH's log", () => {
  test.each([
    [auth('failure (REGISTER)'), 'refused'],
    [auth('failure (INVITE)'), 'refused'],
    [auth('challenge (REGISTER)'), 'challenge'],
    [auth('failure (REGISTER)').replace('[WARNING]', '99.93% [WARNING]'), 'refused'],
    [`3c7a1c06-0d1e-4a8e-9a53-0d1e4a8e9a53 ${auth('failure (INVITE)')}`, 'refused'],
    [`2026-11-25T22:07:40Z pbx freeswitch[811]: ${auth('failure (REGISTER)').slice(27)}`, 'refused'],
    [
      "2026-11-25 22:07:40.123456 [WARNING] sofia_reg.c:2914 Can't find user [1001@10.20.1.10] from 198.51.100.7",
      'unknown',
    ],
  ])('%s', (line, kind) => {
    expect(read(line).event).toEqual({ kind, name: '1001', source: '198.51.100.7', proven: false });
  });

  test.each([
    "2026-11-25 22:07:40.123456 [WARNING] sofia_reg.c:2914 Can't find user [1001@10.20.1.10]",
    "You must define a domain called '10.20.1.10' in your directory",
    '2026-11-25 22:07:40.123456 [DEBUG] sofia.c:7084 Channel sofia/internal/1001@x entering state [calling][0]',
  ])('%s says nothing', (line) => {
    expect(read(line).counts).toEqual({ read: 1, used: 0, unsafe: 0, illegible: 0 });
  });

  test.each([
    ['a user with the words of the log', auth('failure (REGISTER)', '1@x] from ip 203.0.113.66')],
    ['… that ends where the log does', auth('failure (REGISTER)', '1@x] from ip 203.0.113.66 for [1@x')],
    ['a user with a space', auth('failure (REGISTER)', '1 2@x')],
    ['something after the address', auth('failure (REGISTER)') + ' 203.0.113.66'],
    ['an address that is none', auth('failure (REGISTER)', '1@x', '198.51.100')],
  ])('%s is dropped', (_, line) => {
    expect(read(line).counts).toMatchObject({ used: 0, unsafe: 1 });
  });
});
