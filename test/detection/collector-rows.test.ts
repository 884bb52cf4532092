import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Contribution, ContributionCollector, portsOf } from '../../lambda/detection';
import { DEPLOYED_FORMAT, FlowLogFormat, newRecordScanner } from '../../lambda/flow-log';
import { judgeContext } from '../support/detection-judging';
import { lineOf } from '../support/flow-log-lines';

const DATA = join(__dirname, '..', 'data', 'detection');
const format = FlowLogFormat.parse(DEPLOYED_FORMAT);
const { topology, policy } = judgeContext();

/** What a log comes to, as rows of the scanner or as records of the plain parser; drained in the middle, too. */
function collected(log: Buffer, how: 'wasm' | 'plain', as?: FlowLogFormat) {
  const collector = new ContributionCollector(topology, policy);
  const scanner = newRecordScanner(collector, { ports: portsOf(topology), how });
  const contributions: Contribution[] = [];
  const cut = log.indexOf('\n', log.length / 2) + 1;
  scanner.begin(as);
  for (const piece of [log.subarray(0, cut), log.subarray(cut)]) {
    scanner.push(piece);
    contributions.push(...collector.drain(String(contributions.length)));
  }
  scanner.end();
  return { contributions, rest: collector.drain('end'), sip: collector.sipRecords };
}

describe('rows', () => {
  it.each(['lab_all_P1.v2', 'lab_all_P1.v5', 'lab_lookalikes_P1.v2'])(
    'of %s come to what their records come to',
    (name) => {
      const log = gunzipSync(readFileSync(join(DATA, `${name}.log.gz`)));
      const rows = collected(log, 'wasm');
      expect(rows.contributions.length).toBeGreaterThan(100);
      expect(rows).toEqual(collected(log, 'plain'));
    },
  );

  it('come to what their records come to, whatever they say', () => {
    const address = fc.constantFrom('10.20.1.10', '10.20.1.11', '198.51.100.7', '203.0.113.9', '2001:db8::7');
    const port = fc.constantFrom('53', '123', '443', '5060', '5061', '5075', '10000', '20001', '40000');
    const line = fc
      .record({
        'pkt-srcaddr': address,
        'pkt-dstaddr': address,
        srcport: port,
        dstport: port,
        protocol: fc.constantFrom('1', '6', '17'),
        packets: fc.nat(2000).map(String),
        bytes: fc.nat(1_000_000).map(String),
        start: fc.integer({ min: 1_764_000_000, max: 1_764_000_200 }).map(String),
        end: fc.constantFrom('1764000200', '1764000259', '1764000800', '9999999999'),
        action: fc.constantFrom('ACCEPT', 'REJECT', '-'),
        'pkt-src-aws-service': fc.constantFrom('-', '-', 'EC2', 'CHIME_VOICECONNECTOR'),
      })
      .map((fields) => `${lineOf(fields, DEPLOYED_FORMAT)}\n`);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 60 }), (lines) => {
        const log = Buffer.from(lines.join(''));
        expect(collected(log, 'wasm', format)).toEqual(collected(log, 'plain', format));
      }),
      { numRuns: 200 },
    );
  });

  it('of more flows than the table holds at first are all kept', () => {
    const lines = Array.from({ length: 5000 }, (_, i) =>
      lineOf(
        { srcaddr: `198.51.${i >> 8}.${i & 255}`, 'pkt-srcaddr': `198.51.${i >> 8}.${i & 255}` },
        DEPLOYED_FORMAT,
      ),
    );
    const log = Buffer.from(`${lines.join('\n')}\n`);
    const { contributions, sip } = collected(log, 'wasm', format);
    expect(sip).toBe(5000);
    expect(new Set(contributions.map(({ key }) => key)).size).toBe(5000);
    expect(contributions).toEqual(collected(log, 'plain', format).contributions);
  });
});
