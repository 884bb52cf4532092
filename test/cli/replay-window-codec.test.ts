import fc from 'fast-check';
import { Ipv4Texts, numberToIpv4 } from '../../lambda/address';
import type { Contribution, SipFlow } from '../../lambda/detection';
import { NO_PBX } from '../../lambda/detection/pbx-activity';
import { decodeWindow, encodeWindows } from '../../lib/cli/replay/window-codec';

const ipv4 = fc.nat({ max: 2 ** 32 - 1 }).map(numberToIpv4);
const ipv6 = fc.constantFrom('2001:db8::7', '2001:db8:1::9');
const count = fc.nat({ max: 2 ** 48 });

const flow: fc.Arbitrary<SipFlow> = fc.record({
  own: fc.oneof({ weight: 9, arbitrary: ipv4 }, ipv6),
  protocol: fc.constantFrom(6, 17),
  ownPort: fc.nat({ max: 65_535 }),
  remotePort: fc.nat({ max: 65_535 }),
  inPackets: count,
  inBytes: count,
  inRate: count,
  inMost: count,
  outPackets: count,
  outBytes: count,
  rejectedPackets: count,
});

const contribution: fc.Arbitrary<Contribution> = fc
  .tuple(
    fc.oneof(
      { weight: 9, arbitrary: ipv4.map((source) => ({ key: source, source })) },
      ipv6.map((source) => ({ key: '2001:db8::/64', source })),
    ),
    fc.record({
      window: fc.constantFrom(1_764_000_000, 1_764_000_060),
      digest: fc.constantFrom('replay.0', 'thread 1.7'),
      flows: fc.array(flow, { maxLength: 5 }),
      droppedFlows: fc.nat(),
      media: fc.record({ in: count, out: count }),
      contacted: fc.boolean(),
      span: fc.nat({ max: 600 }),
    }),
    fc.option(fc.constant({ service: 'S3' }), { nil: {}, freq: 9 }),
    fc.option(fc.constant({ pbx: { ...NO_PBX, refused: 3, accounts: [['ab12', 1] as const] } }), {
      nil: {},
      freq: 9,
    }),
  )
  .map(([who, what, service, pbx]) => ({ ...what, ...who, ...service, ...pbx }));

/** The names in a contribution: with them as its filter, JSON has one order. */
function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}

const inAnyOrder = (contributions: readonly Contribution[]) =>
  contributions.map((one) => JSON.stringify(one, [...new Set(namesIn(one))].sort())).sort();

describe('encoded windows', () => {
  it('are decoded to what was encoded, whatever the source, its flows and where they come from', () => {
    fc.assert(
      fc.property(fc.array(contribution, { maxLength: 12 }), (contributions) => {
        const texts = new Ipv4Texts();
        const decoded = encodeWindows(contributions).flatMap((window) => decodeWindow(window, texts));
        expect(inAnyOrder(decoded)).toEqual(inAnyOrder(contributions));
      }),
    );
  });

  it('hold one window each', () => {
    fc.assert(
      fc.property(fc.array(contribution, { maxLength: 12 }), (contributions) => {
        for (const encoded of encodeWindows(contributions)) {
          const windows = decodeWindow(encoded, new Ipv4Texts()).map(({ window }) => window);
          expect(new Set(windows)).toEqual(new Set([encoded.window]));
        }
      }),
    );
  });

  it('give the same text for the same address, so that comparing it is comparing a pointer', () => {
    const texts = new Ipv4Texts();
    expect([texts.of(3_221_225_985), texts.of(0), texts.of(2 ** 32 - 1)]).toEqual([
      '192.0.2.1',
      '0.0.0.0',
      '255.255.255.255',
    ]);
  });
});
