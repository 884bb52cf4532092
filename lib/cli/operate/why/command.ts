import { parseBanPolicy } from '../../../../lambda/blacklist/ban-policy';
import type { CliIo } from '../../support/cli-io';
import { connect } from '../connect';
import type { ConnectionFlags } from '../flags';
import { answer } from '../output';
import { whyDocument } from './document';
import { readWhyFacts } from './facts';
import { whyText } from './text';

/** `why`: all that is known of a source, what denies it, and what would release it. Changes nothing. */
export async function runWhy(target: string, flags: ConnectionFlags, io: CliIo): Promise<void> {
  const connection = await connect(flags, io);
  const facts = await readWhyFacts(target, connection);
  const document = whyDocument(facts, parseBanPolicy(connection.deployment.ban));
  answer(io, flags.json, document, () => whyText(document, connection.deployment.networkAcls.length, io));
}
