import { createReadStream } from 'node:fs';
import path from 'node:path';
import { type FlowLogRecord, countLine, newRecordCounts } from '../../lambda/flow-log';
import { readAll } from '../support/flow-log-streams';

// The first lines of a lab log: SIPVicious and other sweeps against a voice VPC, in the default format and in a custom one.
async function readRecorded(name: string): Promise<{ counts: unknown; records: FlowLogRecord[] }> {
  const lines = await readAll(createReadStream(path.join(__dirname, '../data/flow-log', name)));
  const counts = newRecordCounts();
  for (const line of lines) countLine(counts, line);
  return { counts, records: lines.flatMap((line) => (line.kind === 'record' ? [line.record] : [])) };
}

const to = (records: readonly FlowLogRecord[], port: number): FlowLogRecord[] =>
  records.filter((record) => record.destinationPort === port);

describe('a recorded log', () => {
  it('of version 2 is read without loss', async () => {
    const { counts, records } = await readRecorded('lab_sweeps_P1.v2.log');
    expect(counts).toEqual({
      read: 300,
      parsed: 296,
      malformed: 0,
      noData: 4,
      skipData: 0,
      malformedByCause: {},
    });
    expect(records[0]).toEqual({
      interfaceId: 'eni-03b11a67341adebc7',
      source: '10.20.1.13',
      destination: '198.51.100.97',
      sourcePort: 10008,
      destinationPort: 6008,
      protocol: 17,
      packets: 761,
      bytes: 152200,
      start: 1764000002,
      end: 1764000059,
      action: 'ACCEPT',
    });
    expect(records.filter((record) => record.action === 'REJECT')).toHaveLength(51);
    expect(to(records, 5060)).toHaveLength(149);
  });

  it('of a custom version 5 is read without loss, with the packet’s own addresses', async () => {
    const { counts, records } = await readRecorded('lab_sweeps_P1.v5.log');
    expect(counts).toEqual({
      read: 240,
      parsed: 238,
      malformed: 0,
      noData: 2,
      skipData: 0,
      malformedByCause: {},
    });
    expect(records[0]).toEqual({
      interfaceId: 'eni-03b11a67341adebc7',
      source: '198.19.181.231',
      destination: '10.20.1.13',
      sourcePort: 5060,
      destinationPort: 5060,
      protocol: 17,
      packets: 1,
      bytes: 442,
      start: 1764000080,
      end: 1764000080,
      action: 'ACCEPT',
      tcpFlags: 0,
      direction: 'ingress',
    });
    // The interface's primary address is 10.20.1.20; the sweep knocked at its secondary one.
    expect(records.at(-1)).toMatchObject({
      destination: '10.20.1.21',
      destinationPort: 5065,
      action: 'REJECT',
    });
    expect(to(records, 5060)).toHaveLength(113);
  });
});
