import { createHash } from 'node:crypto';

/** A request, as the endpoint passes it on. */
export interface HttpRequest {
  readonly method: string;
  /** Without the name of the stage, beginning with `/`. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Address of who asks, as the endpoint saw it: no header can change it. */
  readonly source: string;
}

/** An answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Nobody on the way keeps passwords or yesterday's list, and no browser guesses at what it is. */
const COMMON = { 'cache-control': 'private, no-cache', 'x-content-type-options': 'nosniff' };

/** An answer of plain text. */
export function text(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { status, headers: { ...COMMON, 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

/** Whoever has no right gets one and the same answer, whether what it asks for is there or not. */
export const UNAUTHORIZED = text(401, 'Unauthorized\n', {
  'www-authenticate': 'Basic realm="ringfence", charset="UTF-8"',
});
export const FORBIDDEN = text(403, 'Forbidden\n');
export const NOT_FOUND = text(404, 'Not found\n');

/** Nothing can be said now: who polls keeps what it has and comes again. @param reason told to who is known only */
export function unavailable(reason = 'Unavailable'): HttpAnswer {
  return text(503, `${reason}\n`, { 'retry-after': '60' });
}

/** The text with its entity tag, or 304 where the request has that version already (RFC 9110 section 13.1.2). */
export function tagged(request: HttpRequest, body: string, contentType: string): HttpAnswer {
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
  const headers = { etag };
  if (isMatch(request.headers['if-none-match'], etag))
    return { status: 304, headers: { ...COMMON, ...headers }, body: '' };
  return text(200, body, { ...headers, 'content-type': contentType });
}

function isMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
