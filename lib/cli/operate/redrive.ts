import {
  DeleteMessageCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import {
  type Contribution,
  ContributionCollector,
  defaultDetectionPolicy,
  topologyOf,
} from '../../../lambda/detection';
import {
  decodeCloudWatchPayload,
  DEPLOYED_FORMAT,
  FlowLogFormat,
  isCloudWatchLogsEvent,
  PayloadError,
  RecordParser,
} from '../../../lambda/flow-log';
import type { CliIo } from '../support/cli-io';
import { CommandError } from '../support/errors';
import { plural } from '../support/table';
import { judgePast } from './backfill/judge-past';
import { type Connection, connect } from './connect';
import type { ConnectionFlags } from './flags';
import { answer, field } from './output';
import { noteEnvironment } from './pause';

/** The flags of `redrive` as commander gives them. */
export interface RedriveFlags extends ConnectionFlags {
  readonly queue?: string;
  readonly format?: string;
  readonly dryRun?: boolean;
}

/** What one message turned out to be. */
type Reading =
  | { readonly kind: 'records'; readonly contributions: readonly Contribution[]; readonly records: number }
  /** A tick: the next one has done its work. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'unknown'; readonly why: string };

/** What Lambda's on-failure destination writes (Lambda developer guide, *Asynchronous invocation*, destinations). */
const FAILED_EVENT = z.object({ requestPayload: z.unknown() });

/**
 * `redrive`: takes the events on which the detect function gave up out of its Failures queue, and lets the detector see
 * their records. Windows that are still open get them as if they had come in time; those of the past are judged as
 * `backfill` does. A message is deleted once what follows from it is written; one that cannot be understood stays.
 */
export async function runRedrive(flags: RedriveFlags, io: CliIo): Promise<void> {
  const format = FlowLogFormat.parse(flags.format ?? DEPLOYED_FORMAT);
  const connection = await connect(flags, io);
  const client = new SQSClient(connection.settings);
  try {
    const queueUrl = flags.queue ?? (await findQueue(client, connection.deployment.environment));
    const outcome = await new Redrive(client, queueUrl, connection, format).run(flags.dryRun === true);
    answer(io, flags.json, { queue: queueUrl, dryRun: flags.dryRun === true, ...outcome }, () =>
      redriveText(queueUrl, outcome, flags.dryRun === true, io),
    );
    if (outcome.left > 0)
      throw new CommandError(
        `${plural(outcome.left, 'message')} stayed in the queue: ${outcome.because ?? ''}`,
      );
  } finally {
    client.destroy();
  }
}

/** The name CloudFormation gives the queue: stack, construct, and a suffix of its own. */
async function findQueue(client: SQSClient, environment: string): Promise<string> {
  const prefix = `${environment}-Automation-DetectFailures`;
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
  const [url, ...others] = QueueUrls;
  if (url !== undefined && others.length === 0) return url;
  const found = url === undefined ? 'no queue' : `${QueueUrls.length} queues`;
  throw new CommandError(
    `${found} with a name that begins with ${prefix}: name the Failures queue with --queue URL (aws sqs list-queues)`,
  );
}

/** What became of the queue. */
interface RedriveOutcome {
  readonly messages: number;
  readonly records: number;
  readonly ticks: number;
  readonly bans: number;
  /** Messages that stayed, and why the first one did. */
  readonly left: number;
  readonly because?: string;
}

/** How long nobody else sees a message that is being worked on, seconds. */
const HIDDEN_SECONDS = 300;
/** Messages in one run: more than a day of failures, and an end in any case. */
const MOST_MESSAGES = 10_000;

class Redrive {
  #outcome: { -readonly [K in keyof RedriveOutcome]: RedriveOutcome[K] } = {
    messages: 0,
    records: 0,
    ticks: 0,
    bans: 0,
    left: 0,
  };

  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
    private readonly connection: Connection,
    private readonly format: FlowLogFormat,
  ) {}

  async run(dryRun: boolean): Promise<RedriveOutcome> {
    const by = dryRun ? '' : await this.connection.who();
    const seen = new Set<string>();
    for (let batch = await this.receive(dryRun); batch.length > 0; batch = await this.receive(dryRun)) {
      const fresh = batch.filter(({ MessageId = '' }) => !seen.has(MessageId));
      for (const { MessageId = '' } of fresh) seen.add(MessageId);
      if (fresh.length === 0 || seen.size > MOST_MESSAGES) break;
      await this.workOn(fresh, by, dryRun);
    }
    const { records, bans, messages } = this.#outcome;
    if (!dryRun && messages > 0) {
      const detail = `${plural(messages, 'event')} with ${plural(records, 'record')}: ${plural(bans, 'ban')}`;
      await noteEnvironment(this.connection, 'redrive', by, detail);
    }
    return this.#outcome;
  }

  private async receive(dryRun: boolean): Promise<Message[]> {
    const { Messages = [] } = await this.client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.queueUrl,
        MaxNumberOfMessages: 10,
        // A look must hide the messages while it goes through the queue, or it would see the same ones again.
        VisibilityTimeout: dryRun ? 30 : HIDDEN_SECONDS,
      }),
    );
    return Messages;
  }

  private async workOn(messages: readonly Message[], by: string, dryRun: boolean): Promise<void> {
    const read = messages.map((message) => ({ message, reading: this.read(message) }));
    const contributions = read.flatMap(({ reading }) =>
      reading.kind === 'records' ? reading.contributions : [],
    );
    if (!dryRun) this.#outcome.bans += await this.judge(contributions, by);
    for (const { message, reading } of read) {
      this.count(reading);
      if (!dryRun && reading.kind !== 'unknown') await this.delete(message);
    }
  }

  private count(reading: Reading): void {
    this.#outcome.messages += 1;
    if (reading.kind === 'records') this.#outcome.records += reading.records;
    if (reading.kind === 'tick') this.#outcome.ticks += 1;
    if (reading.kind !== 'unknown') return;
    this.#outcome.left += 1;
    this.#outcome.because ??= reading.why;
  }

  /** Open windows belong to the live detector, the others are judged here. @returns how many bans were made here */
  private async judge(contributions: readonly Contribution[], by: string): Promise<number> {
    const judgedThrough = (await this.connection.ledger.judgedThrough()) ?? -Infinity;
    const open = contributions.filter(({ window }) => window > judgedThrough);
    if (open.length > 0) await this.connection.ledger.recordContributions(open);
    const past = contributions.filter(({ window }) => window <= judgedThrough);
    return past.length === 0 ? 0 : (await judgePast(this.connection, past, by)).bans.length;
  }

  private read({ Body = '' }: Message): Reading {
    try {
      const { requestPayload } = FAILED_EVENT.parse(JSON.parse(Body));
      if (isTick(requestPayload)) return { kind: 'tick' };
      if (!isCloudWatchLogsEvent(requestPayload))
        return { kind: 'unknown', why: 'it holds no flow-log records of a log subscription' };
      return this.records(decodeCloudWatchPayload(requestPayload));
    } catch (error) {
      if (error instanceof PayloadError) return { kind: 'unknown', why: error.message };
      if (error instanceof SyntaxError || error instanceof z.ZodError)
        return { kind: 'unknown', why: 'it is not what Lambda writes about a failed event' };
      throw error;
    }
  }

  private records(payload: ReturnType<typeof decodeCloudWatchPayload>): Reading {
    if (payload.kind === 'control') return { kind: 'tick' };
    const collector = new ContributionCollector(
      topologyOf(this.connection.deployment),
      defaultDetectionPolicy,
    );
    const parser = new RecordParser(this.format);
    for (const message of payload.messages) {
      const line = parser.parse(message.trimEnd());
      if (line.kind === 'record') collector.add(line.record);
    }
    return {
      kind: 'records',
      contributions: collector.drain(payload.digest),
      records: payload.messages.length,
    };
  }

  private async delete({ ReceiptHandle }: Message): Promise<void> {
    await this.client.send(new DeleteMessageCommand({ QueueUrl: this.queueUrl, ReceiptHandle }));
  }
}

/** A scheduled event, of which the next one did the work. */
function isTick(payload: unknown): boolean {
  return (
    typeof payload === 'object' && payload !== null && 'source' in payload && payload.source === 'aws.events'
  );
}

function redriveText(queueUrl: string, outcome: RedriveOutcome, dryRun: boolean, io: CliIo): string {
  const { messages, records, ticks, bans, left } = outcome;
  const lines = [
    field(io, 'queue', queueUrl),
    field(
      io,
      'found',
      `${plural(messages, 'event')}: ${plural(records, 'record')}, ${plural(ticks, 'tick')}`,
    ),
    ...(dryRun
      ? [field(io, 'done', 'nothing: dry run')]
      : [field(io, 'bans', `${bans} made of what is past`)]),
    ...(left > 0 ? [field(io, 'left', `${plural(left, 'message')} that cannot be understood`)] : []),
  ];
  return `${lines.join('\n')}\n`;
}
