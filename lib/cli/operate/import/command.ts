import { ENVIRONMENT_KEY } from '../../../../lambda/blacklist/history';
import type { FeedLedger } from '../../../../lambda/blacklist/ledger';
import { effectiveAllowlist } from '../../../../lambda/enforcement/facts';
import { type FeedDefinition, type FeedImport, importFeed } from '../../../../lambda/feeds';
import type { CliIo } from '../../support/cli-io';
import { CommandError, UsageError } from '../../support/errors';
import { plural, table, time } from '../../support/table';
import { carriedOutText } from '../carried-out';
import { type Connection, connect } from '../connect';
import { type ConnectionFlags, reasonFlag } from '../flags';
import { answer, field } from '../output';
import { span, timeAndDistance } from '../words';
import { feedDefinition, type FeedFlags, nameOf, readFeed } from './origin';

/** The flags of `import` as commander gives them. */
export interface ImportFlags extends ConnectionFlags, FeedFlags {
  readonly acceptChange?: boolean;
  readonly dryRun?: boolean;
  readonly remove?: boolean;
  readonly because?: string;
}

/**
 * `import`: a feed of others' bans into the ledger, or the list of those that are there.
 * @throws FeedRefusedError where the feed is not taken: what was there stays
 */
export async function runImport(feed: string | undefined, flags: ImportFlags, io: CliIo): Promise<void> {
  if (feed === undefined && (flags.remove ?? flags.acceptChange ?? flags.dryRun) === true)
    throw new UsageError('which feed? Give a name, a URL or a file');
  const because = reasonFlag(flags.because);
  const definition =
    feed === undefined || flags.remove === true ? undefined : feedDefinition(feed, flags, io.env);
  const connection = await connect(flags, io);
  if (feed === undefined) await showFeeds(connection, flags, io);
  else if (definition === undefined)
    await removeFeed(flags.name ?? nameOf(feed), connection, because, flags, io);
  else await takeFeed({ feed, definition, connection, because, flags, io });
}

interface Taking {
  readonly feed: string;
  readonly definition: FeedDefinition;
  readonly connection: Connection;
  readonly because: string;
  readonly flags: ImportFlags;
  readonly io: CliIo;
}

async function takeFeed({ feed, definition, connection, because, flags, io }: Taking): Promise<void> {
  const { ledger, deployment } = connection;
  const dryRun = flags.dryRun === true;
  const text = await readFeed(feed, definition, io);
  const by = dryRun ? '' : await connection.who();
  const at = connection.now();
  const result = await importFeed(dryRun ? unwritten(ledger) : ledger, definition, text, {
    now: at,
    allowlist: await effectiveAllowlist({ ledger, deployment }),
    acceptChange: flags.acceptChange === true,
  });
  const { name, from } = result.feed;
  if (!dryRun) {
    const detail = `feed ${name}, ${plural(result.entries, 'block')} from ${from}: ${because}`;
    await ledger.note(ENVIRONMENT_KEY, { at, action: 'import', by, detail });
  }
  const paused = await ledger.paused();
  answer(io, flags.json, documentOf(result, dryRun), () =>
    importText(
      result,
      at,
      dryRun ? 'not at all: this was a dry run' : carriedOutText(deployment, paused),
      io,
    ),
  );
}

/** The ledger as it is, which takes nothing. */
function unwritten(ledger: FeedLedger): Pick<FeedLedger, 'feed' | 'putFeed'> {
  return { feed: (name) => ledger.feed(name), putFeed: () => Promise.resolve() };
}

function documentOf(
  { feed, entries, before, rejected, ours, special, tooWide }: FeedImport,
  dryRun: boolean,
) {
  const { name, from, weight, fetchedAt, expiresAt, listedAt } = feed;
  return {
    feed: name,
    from,
    weight,
    at: fetchedAt,
    expiresAt,
    listedAt: listedAt ?? null,
    entries,
    before: before ?? null,
    leftOut: { ours, special, tooWide, unreadable: rejected },
    dryRun,
  };
}

const MOST_SHOWN = 5;

function importText(result: FeedImport, now: number, enforced: string, io: CliIo): string {
  const { feed, entries, before, ours } = result;
  const was = before === undefined ? 'new' : `${before} before`;
  const lines = [
    field(io, 'feed', `${feed.name}, from ${feed.from}`),
    field(io, 'blocks', `${entries} (${was}), weight ${feed.weight}`),
    ...leftOutLines(result).map((line, i) => field(io, i === 0 ? 'left out' : '', line)),
    ...(ours.length > 0
      ? [field(io, 'LOOK AT', `it lists what is ours or allowed: ${ours.slice(0, MOST_SHOWN).join(', ')}`)]
      : []),
    field(io, 'counts', `until ${timeAndDistance(feed.expiresAt, now)}, below our own evidence`),
    field(io, 'enforced', enforced),
  ];
  return `${lines.join('\n')}\n`;
}

function leftOutLines({ rejected, ours, special, tooWide }: FeedImport): string[] {
  return [
    ...(ours.length > 0 ? [`${ours.length} of ours or of the allowlist`] : []),
    ...(special > 0 ? [`${special} that are no hosts of the Internet`] : []),
    ...(tooWide > 0 ? [`${tooWide} wider than a feed may deny`] : []),
    ...(rejected > 0 ? [`${rejected} that are no address or CIDR`] : []),
  ];
}

async function removeFeed(
  name: string,
  connection: Connection,
  because: string,
  flags: ImportFlags,
  io: CliIo,
): Promise<void> {
  const { ledger, deployment } = connection;
  const feed = await ledger.feed(name);
  if (feed === undefined) throw new CommandError(`there is no feed ${name} in the ledger; nothing was done`);
  const by = await connection.who();
  const at = connection.now();
  await ledger.removeFeed(name);
  await ledger.note(ENVIRONMENT_KEY, {
    at,
    action: 'import',
    by,
    detail: `feed ${name} removed: ${because}`,
  });
  const paused = await ledger.paused();
  answer(io, flags.json, { feed: name, removed: true, at, by, because, entries: feed.cidrs.length }, () => {
    const lines = [
      field(io, 'removed', `feed ${name}, ${plural(feed.cidrs.length, 'block')}`),
      field(io, 'because', because),
      field(io, 'note', 'an environment that names it in feeds reads it again within the hour'),
      field(io, 'enforced', carriedOutText(deployment, paused)),
    ];
    return `${lines.join('\n')}\n`;
  });
}

async function showFeeds(
  { ledger, deployment, now }: Connection,
  flags: ConnectionFlags,
  io: CliIo,
): Promise<void> {
  const at = now();
  const feeds = await ledger.feedsInForce(at);
  const rows = feeds.map(({ name, from, weight, fetchedAt, expiresAt, cidrs }) => ({
    feed: name,
    from,
    weight,
    at: fetchedAt,
    expiresAt,
    entries: cidrs.length,
  }));
  answer(io, flags.json, { environment: deployment.environment, at, feeds: rows }, () => {
    if (rows.length === 0) return `No feed counts in ${deployment.environment}.\n`;
    const cells = rows.map((row) => [
      row.feed,
      String(row.entries),
      String(row.weight),
      time(row.at),
      span(row.expiresAt - at),
      row.from,
    ]);
    return `${table(['feed', 'blocks', 'weight', 'read', 'left', 'from'], cells, io)}\n`;
  });
}
