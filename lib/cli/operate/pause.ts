import { ENVIRONMENT_KEY, type HistoryAction } from '../../../lambda/blacklist/history';
import type { CliIo } from '../support/cli-io';
import { CommandError } from '../support/errors';
import { type Connection, connect } from './connect';
import { type ConnectionFlags, reasonFlag } from './flags';
import { answer, field } from './output';
import { shortIdentity, timeAndDistance } from './words';

/** The flags of `pause` and `resume` as commander gives them. */
export interface PauseFlags extends ConnectionFlags {
  readonly because?: string;
}

/**
 * `pause`: no network ACL and no IP set is changed from now on. A run at work stops before its next call. In an emergency
 * it must not depend on STS: a caller that cannot be told is recorded as such.
 */
export async function runPause(flags: PauseFlags, io: CliIo): Promise<void> {
  const because = reasonFlag(flags.because);
  const connection = await connect(flags, io);
  const at = connection.now();
  const by = await whoeverItIs(connection);
  await connection.ledger.setPaused({ by, because, at });
  await noteEnvironment(connection, 'pause', by, because);
  answer(io, flags.json, { paused: { by, because, at } }, () => {
    const lines = [
      field(io, 'paused', `${connection.deployment.environment}: nothing is changed from now on`),
      field(io, 'because', because),
      field(io, 'by', shortIdentity(by)),
      field(
        io,
        'meanwhile',
        'sources are judged and bans recorded; entries that stand stay, also past the end of their ban',
      ),
      field(io, 'to go on', 'ringfence resume; to take our entries out as well: ringfence clear'),
    ];
    return `${lines.join('\n')}\n`;
  });
}

/** `resume`: the enforcer goes on, and makes up for what it has missed. */
export async function runResume(flags: PauseFlags, io: CliIo): Promise<void> {
  const because = reasonFlag(flags.because);
  const connection = await connect(flags, io);
  const before = await connection.ledger.paused();
  if (before === undefined) throw new CommandError('changes are not paused: nothing was done');
  const by = await connection.who();
  await connection.ledger.setPaused(undefined);
  await noteEnvironment(connection, 'resume', by, because);
  answer(io, flags.json, { paused: null, was: before, by, because, at: connection.now() }, () => {
    const lines = [
      field(io, 'resumed', `${connection.deployment.environment}: the enforcer catches up within a minute`),
      field(io, 'because', because),
      field(io, 'by', shortIdentity(by)),
      field(
        io,
        'was paused',
        `${timeAndDistance(before.at, connection.now())} by ${shortIdentity(before.by)}: ${before.because}`,
      ),
    ];
    return `${lines.join('\n')}\n`;
  });
}

async function whoeverItIs({ who }: Connection): Promise<string> {
  try {
    return await who();
  } catch (error) {
    return `unknown caller (STS: ${(error as Error).name})`;
  }
}

/** Leaves a line in the history of the environment: who, when, why. */
export async function noteEnvironment(
  { ledger, now }: Connection,
  action: HistoryAction,
  by: string,
  detail: string,
): Promise<void> {
  await ledger.note(ENVIRONMENT_KEY, { at: now(), action, by, detail });
}
