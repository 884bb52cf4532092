import { printable } from '../address';
import type { FeedDefinition } from './definition';
import { FeedRefusedError, type RefusalReason } from './feed-error';
import type { FeedText } from './import-feed';

/** Longest answer that is read, bytes: twice the most entries at the most bytes each. */
export const MAX_FEED_BYTES = 16 * 1024 * 1024;
/** How long a server may take, milliseconds. */
const TIMEOUT_MS = 30_000;

/** How a feed is fetched; `fetch` is the standard one unless a test gives another. */
export interface FetchOptions {
  readonly fetch?: typeof fetch;
  /** Replaces `{key}` in the URL; never shown. */
  readonly key?: string;
  /** The tag of the version we have: the server need not send that again. */
  readonly etag?: string;
  /** Gives up when it says so, whatever page has been reached. @default - 30 s for each page */
  readonly signal?: AbortSignal;
}

/** APIBAN gives 250 addresses a page; the honeypots list some thousand. */
const MAX_PAGES = 200;
const FIRST_PAGE = '100';

/**
 * Fetches a feed, all pages of it. @returns undefined where the server says that nothing changed
 * @throws FeedRefusedError: `unreachable`, `too-long` or `truncated`; the message never holds the key
 */
export async function fetchFeed(
  definition: FeedDefinition,
  options: FetchOptions = {},
): Promise<FeedText | undefined> {
  const { url = '' } = definition;
  if (!url.includes('{page}')) return fetchPage(definition, url, options);
  const pages: unknown[] = [];
  let answer: FeedText | undefined;
  let page = FIRST_PAGE;
  for (let i = 0; i < MAX_PAGES; i++) {
    answer = await fetchPage(definition, url.replace('{page}', encodeURIComponent(page)), options);
    const { entries, next } = pageOf(definition, answer?.text ?? '');
    pages.push(entries);
    if (next === undefined || next === page) {
      return { text: JSON.stringify(pages), from: shownUrl(url) };
    }
    page = next;
  }
  throw new FeedRefusedError(definition.name, 'too-long', `it has more than ${MAX_PAGES} pages`);
}

/** APIBAN: `{"ipaddress":["198.51.100.7"],"ID":"1700000000"}`, and `{"ipaddress":["no new bans"],"ID":"none"}` at the end. */
function pageOf({ name }: FeedDefinition, text: string): { entries: unknown; next?: string } {
  if (/^\s*</.test(text))
    throw new FeedRefusedError(name, 'html', 'a web page came instead of a list: check the key');
  let page: { ipaddress?: unknown; ID?: unknown };
  try {
    page = JSON.parse(text) as typeof page;
  } catch {
    throw new FeedRefusedError(name, 'truncated', 'a page of it is no JSON');
  }
  const { ipaddress, ID } = page;
  if (typeof ID !== 'string' || !Array.isArray(ipaddress)) {
    throw new FeedRefusedError(name, 'unreadable', 'a page of it has no ipaddress and ID: check the key');
  }
  return ID === 'none' ? { entries: [] } : { entries: ipaddress, next: ID };
}

/** The URL as it may be told. */
export function shownUrl(url: string): string {
  return url.replace('{key}', '…').replace('{page}', '…');
}

async function fetchPage(
  definition: FeedDefinition,
  url: string,
  options: FetchOptions,
): Promise<FeedText | undefined> {
  const from = shownUrl(url);
  const refuse = (reason: RefusalReason, message: string) =>
    new FeedRefusedError(definition.name, reason, message);
  const response = await request(url, options).catch((error: unknown) => {
    throw refuse('unreachable', `${from} could not be fetched: ${causeOf(error, options.key)}`);
  });
  if (response.status === 304) return undefined;
  if (response.status >= 300 && response.status < 400) {
    const location = withoutKey(response.headers.get('location') ?? '', options.key);
    throw refuse(
      'unreachable',
      `${from} leads elsewhere, which is not followed; if you trust it, make that its url: ${printable(location)}`,
    );
  }
  if (!response.ok) throw refuse('unreachable', `${from} answered ${response.status}`);
  const text = await readBody(response, refuse);
  return { text, from, ...headersOf(response) };
}

function request(
  url: string,
  { fetch: get = fetch, key = '', etag, signal }: FetchOptions,
): Promise<Response> {
  return get(url.replace('{key}', encodeURIComponent(key)), {
    headers: {
      accept: 'text/plain, application/json, text/csv, */*;q=0.1',
      'user-agent': 'ringfence',
      ...(etag !== undefined && { 'if-none-match': etag }),
    },
    // A redirect could lead anywhere, also to plain HTTP or into the network of the function: it is told, not followed.
    redirect: 'manual',
    signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
  });
}

function headersOf({ headers }: Response): Pick<FeedText, 'contentType' | 'etag' | 'lastModified'> {
  const modified = Date.parse(headers.get('last-modified') ?? '');
  const contentType = headers.get('content-type');
  const etag = headers.get('etag');
  return {
    ...(contentType !== null && { contentType }),
    ...(etag !== null && { etag }),
    ...(!Number.isNaN(modified) && { lastModified: Math.floor(modified / 1000) }),
  };
}

async function readBody(
  response: Response,
  refuse: (reason: RefusalReason, message: string) => FeedRefusedError,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > MAX_FEED_BYTES) break;
      chunks.push(chunk);
    }
  } catch (error) {
    // The connection ended before the length that was announced.
    throw refuse('truncated', `it broke off after ${bytes} bytes: ${causeOf(error, undefined)}`);
  }
  if (bytes > MAX_FEED_BYTES) throw refuse('too-long', `it has more than ${MAX_FEED_BYTES} bytes`);
  return Buffer.concat(chunks).toString('utf8');
}

/** The reason that fetch hides in a cause; a URL in it would show the key. */
function causeOf(error: unknown, key: string | undefined): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = cause instanceof Error ? cause.message : String(cause);
  return withoutKey(text, key);
}

function withoutKey(text: string, key: string | undefined): string {
  return key === undefined || key === ''
    ? text
    : text.replaceAll(key, '…').replaceAll(encodeURIComponent(key), '…');
}
