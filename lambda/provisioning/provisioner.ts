import { printable, tryParseAddress } from '../address';
import { EXPORT_FORMATS, type ExportFormat, renderExport } from '../export';
import type { Access } from './access';
import type { Blacklist } from './blacklist-reader';
import { basicCredentials, type Caller, callerOf } from './credentials';
import {
  FORBIDDEN,
  type HttpAnswer,
  type HttpRequest,
  NOT_FOUND,
  tagged,
  text,
  UNAUTHORIZED,
  unavailable,
} from './http';
import { phoneFile, type PhoneTemplate } from './phone-file';

/** What the provisioner works with. */
export interface ProvisionerParts {
  readonly access: () => Promise<Access>;
  readonly blacklist: () => Promise<Blacklist>;
  readonly template: PhoneTemplate;
}

/** An answer, and what there is to say of it. */
export interface Provisioned {
  readonly answer: HttpAnswer;
  /** One line of audit: who asked for what from where, and what came of it. Never a password. */
  readonly audit: Readonly<Record<string, unknown>>;
  /** Why nothing could be said, where that is so. */
  readonly error?: unknown;
}

/** Name of the published list. */
export const LIST_NAME = 'blacklist.txt';

/** AWS Lambda: 6 MB in an answer (*Lambda quotas*), with room for headers and JSON's escapes. */
const LONGEST_ANSWER = 5_000_000;

/**
 * Serves phones their files and firewalls the list of bans. A banned source gets nothing, whoever it is; who proves
 * nothing learns nothing; a phone gets its own files alone, a reader the list alone.
 */
export class Provisioner {
  constructor(private readonly parts: ProvisionerParts) {}

  /** Never throws: what cannot be read is answered with 503, and told. */
  async answer(request: HttpRequest): Promise<Provisioned> {
    const credentials = basicCredentials(request.headers['authorization']);
    const audit = {
      source: printable(request.source),
      method: printable(request.method),
      path: printable(request.path.slice(0, 200)),
      ...(credentials && { user: printable(credentials.user.slice(0, 64)) }),
      agent: printable((request.headers['user-agent'] ?? '').slice(0, 200)),
    };
    try {
      const answer = withoutBody(request, await this.#answer(request, credentials));
      return { answer, audit: { ...audit, status: answer.status, bytes: Buffer.byteLength(answer.body) } };
    } catch (error) {
      return { answer: unavailable(), audit: { ...audit, status: 503, bytes: 0 }, error };
    }
  }

  async #answer(request: HttpRequest, credentials: ReturnType<typeof basicCredentials>): Promise<HttpAnswer> {
    const blacklist = await this.parts.blacklist();
    const source = tryParseAddress(request.source);
    if (source === undefined || blacklist.denied.contains(source)) return FORBIDDEN;
    const caller = credentials && callerOf(credentials, await this.parts.access());
    if (caller === undefined) return UNAUTHORIZED;
    if (request.method !== 'GET' && request.method !== 'HEAD') return NOT_FOUND;
    return this.#for(caller, request, blacklist);
  }

  #for(caller: Caller, request: HttpRequest, blacklist: Blacklist): HttpAnswer {
    const name = /^\/([\w.-]{1,100})$/.exec(request.path)?.[1];
    if (name === undefined) return NOT_FOUND;
    if ('reader' in caller) return name === LIST_NAME ? listAnswer(request, blacklist) : NOT_FOUND;
    const file = phoneFile(caller.phone, name, this.parts.template);
    if (file === undefined) return NOT_FOUND;
    return tagged(
      request,
      file.content,
      file.content.startsWith('<?xml') ? 'text/xml; charset=utf-8' : 'text/plain; charset=utf-8',
    );
  }
}

function listAnswer(request: HttpRequest, { published }: Blacklist): HttpAnswer {
  if ('withheld' in published) return unavailable(`No list: ${published.withheld}`);
  const { format = 'plain', family } = request.query;
  if (!isFormat(format)) return text(400, `format: write one of ${EXPORT_FORMATS.join(', ')}\n`);
  if (family !== undefined && family !== '4' && family !== '6') return text(400, 'family: write 4 or 6\n');
  const body = renderExport(
    published.list,
    format,
    family === undefined ? {} : { family: family === '4' ? 4 : 6 },
  );
  if (body.length > LONGEST_ANSWER)
    throw new RangeError(`the list has ${body.length} bytes, and an answer holds ${LONGEST_ANSWER}`);
  return tagged(request, body, 'text/plain; charset=utf-8');
}

function isFormat(word: string): word is ExportFormat {
  return (EXPORT_FORMATS as readonly string[]).includes(word);
}

function withoutBody({ method }: HttpRequest, answer: HttpAnswer): HttpAnswer {
  return method === 'HEAD' ? { ...answer, body: '' } : answer;
}
