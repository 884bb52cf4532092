/** What becomes of packets in somebody else's name. Each case is a line of docs/threat-model.md. */
import { DEFAULT_BAN_POLICY } from '../../lambda/blacklist/ban-policy';
import type { FlowLogRecord } from '../../lambda/flow-log';
import { judged } from '../support/detection-judging';
import {
  answer,
  darkHost,
  exchange,
  HOUR,
  MINUTE,
  OFFICE,
  PBX,
  PHONE,
  PROVIDER,
  request,
  sweep,
  T0,
} from '../support/detection-records';

/** Everything that UDP packets in a name can look like: a sweep, dialers, a flood, junk, ports, ghost calls. */
function forgedBy(source: string, at: number): FlowLogRecord[] {
  const call = (i: number) =>
    request({ source, sourcePort: 30_000 + i, bytes: 800, destination: darkHost(1), at: at + 5 * MINUTE });
  return [
    ...sweep(8, { source, at }),
    ...sweep(4, { source, at: at + MINUTE, bytes: 50 }),
    ...[5060, 5070, 5080, 6060].flatMap((destinationPort) =>
      sweep(3, { source, destinationPort, at: at + 2 * MINUTE }),
    ),
    request({ source, packets: 900, destination: darkHost(2), at: at + 3 * MINUTE }),
    ...Array.from({ length: 40 }, (_, i) => call(i)),
  ];
}

const DNS = '203.0.113.53';
/** Our resolver asks it. */
const asked = answer(
  request({ source: DNS, sourcePort: 53, destination: '10.20.1.5', destinationPort: 41_000 }),
);

describe('packets forged in the name of', () => {
  test.each([
    ['the voice provider', PROVIDER, []],
    ["the provider's media servers", '203.0.113.130', []],
    ['an office on the allowlist', OFFICE, []],
    ['our DNS server', DNS, [asked]],
    ['a phone that registered before', PHONE, exchange({ source: PHONE, packets: 2 })],
  ])('%s: no ban, and it shows', async (_, source, before) => {
    const { bans, verdicts } = await judged([...before, ...forgedBy(source, T0 + HOUR)]);
    expect(bans).toEqual([]);
    const theirs = verdicts.filter((verdict) => verdict.source === source);
    expect(theirs.length).toBeGreaterThan(0);
    for (const { kind, trust } of theirs) expect([kind, trust]).toEqual(['suspect', expect.any(String)]);
  });

  test('a stranger: that one address is banned, for as long as a first ban lasts, however often', async () => {
    const stranger = '198.51.100.200';
    const hours = [0, 2, 4, 6, 8, 10];
    const { bans } = await judged(hours.flatMap((hour) => forgedBy(stranger, T0 + hour * HOUR)));
    expect(bans.length).toBeGreaterThanOrEqual(hours.length);
    for (const { cidr, bannedAt, expiresAt, forgeable } of bans) {
      expect({ cidr, seconds: expiresAt - bannedAt, forgeable }).toEqual({
        cidr: `${stranger}/32`,
        seconds: DEFAULT_BAN_POLICY.firstSeconds,
        forgeable: true,
      });
    }
  });

  test('a phone that registered less than ten minutes before: it is banned', async () => {
    const before = exchange({ source: PHONE, packets: 2 });
    const { bans } = await judged([...before, ...sweep(4, { source: PHONE, at: T0 + 5 * MINUTE })]);
    expect(bans).toMatchObject([{ source: PHONE, forgeable: true }]);
  });
});

describe('nobody earns an exception by', () => {
  const scanner = '198.51.100.66';
  const scan = sweep(4, { source: scanner, at: T0 + HOUR });

  test('having a closed port of ours reset a connection from source port 53', async () => {
    const syn = request({ source: scanner, sourcePort: 53, destinationPort: 41_000, protocol: 6, bytes: 60 });
    const { bans } = await judged([syn, answer(syn, { bytes: 40 }), ...scan]);
    expect(bans).toMatchObject([{ source: scanner }]);
  });

  test('asking our DNS from source port 53', async () => {
    const question = request({ source: scanner, sourcePort: 53, destinationPort: 53 });
    const { bans } = await judged([question, ...scan]);
    expect(bans).toMatchObject([{ source: scanner }]);
  });

  test('conversing, when it goes on to what cannot be forged', async () => {
    const talk = exchange({ source: scanner, packets: 2 });
    const guessing = exchange({ source: scanner, packets: 900, at: T0 + HOUR });
    const { bans } = await judged([...talk, ...guessing]);
    expect(bans).toMatchObject([{ source: scanner, forgeable: false }]);
  });

  test('calling once it has guessed a password', async () => {
    const guessing = exchange({ source: scanner, packets: 900 });
    const at = T0 + 2 * HOUR;
    const call = request({
      ...{ source: scanner, destination: PBX, sourcePort: 16_000, destinationPort: 10_500 },
      ...{ packets: 3000, bytes: 600_000, at },
    });
    const { bans } = await judged([
      ...guessing,
      call,
      answer(call, { bytes: 600_000 }),
      ...sweep(4, { source: scanner, at: at + HOUR }),
    ]);
    expect(bans.map(({ bannedAt }) => bannedAt - T0)).toEqual([2 * MINUTE, 3 * HOUR + 2 * MINUTE]);
  });
});
