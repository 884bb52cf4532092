import type { ParsedPbxLine, PbxEventKind } from './event';
import { ADDRESS, isConnection, PORT, sourceOf } from './fields';
import { isScannerAgent } from './scanner-agents';

/**
 * Kamailio logs what its configuration says. Read are the lines that docs/pbx-evidence.md gives for it, and what pike says,
 * itself and in Kamailio's example configuration:
 *
 *     NOTICE: <script>: ringfence event=refused proto=udp src=198.51.100.7 bound=1 name=313031
 *     WARNING: pike [pike_funcs.c:135]: pike_check_ipaddr(): PIKE - BLOCKing ip 198.51.100.7, node=0x7f51e53c7928
 *     ALERT: <script>: ALERT: pike blocking OPTIONS from sip:100@pbx (IP:198.51.100.7:5060)
 *
 * Names are in hexadecimal, so nothing that others wrote is in our lines as they wrote it. `bound=1` says that nonces are
 * made out to a source address (`auth_checks_register` 8 of the auth module), and so that a wrong answer was an answer.
 */
export function parseKamailio(body: string): ParsedPbxLine {
  if (OURS_MARKER.test(body)) return parseOurs(body);
  if (!PIKE_MARKER.test(body)) return undefined;
  const source = sourceOf((PIKE.exec(body) ?? PIKE_ALERT.exec(body))?.groups?.['address']);
  return source === undefined ? 'unsafe' : { kind: 'flood', source, proven: false };
}

/** The `log_prefix` of Debian's configuration: the Call-ID is in it, which the other side chooses. */
const LOG_PREFIX = String.raw`(?:\{[\w .@:+~*%/!-]{0,300}\} )?`;
const OURS_MARKER = /^[A-Z]+: (?:\{.*\} )?<script>: ringfence /;
const OURS = new RegExp(
  String.raw`^NOTICE: ${LOG_PREFIX}<script>: ringfence event=(?<event>\w{4,9}) proto=(?<proto>\w{2,5}) src=(?<address>${ADDRESS})(?<bound> bound=1)?(?: name=(?<name>(?:[0-9a-f]{2}){0,200}))?$`,
);
const KINDS: ReadonlySet<string> = new Set<PbxEventKind>([
  'challenge',
  'refused',
  'unknown',
  'success',
  'scanner',
  'call',
  'stranger',
  'flood',
]);

function parseOurs(body: string): ParsedPbxLine {
  const { event, proto = '', address, bound, name } = OURS.exec(body)?.groups ?? {};
  const source = sourceOf(address);
  if (source === undefined || !isKind(event)) return 'unsafe';
  const text = name === undefined || name === '' ? undefined : Buffer.from(name, 'hex').toString('latin1');
  if (event === 'scanner' && !isScannerAgent(text ?? '')) return undefined;
  const proven = isConnection(proto) || (bound !== undefined && event === 'refused');
  return { kind: event, source, proven, ...(text !== undefined && { name: text }) };
}

function isKind(event: string | undefined): event is PbxEventKind {
  return event !== undefined && KINDS.has(event);
}

const PIKE_MARKER =
  /^(?:WARNING: .{0,400}PIKE - BLOCKing ip |ALERT: .{0,400}<script>: ALERT: pike blocking )/;
const PIKE = new RegExp(
  String.raw`^WARNING: ${LOG_PREFIX}pike \[pike_funcs\.c:\d{1,5}\]: pike_check_(?:ipaddr|req)\(\): PIKE - BLOCKing ip (?<address>${ADDRESS}), node=0x[0-9a-f]{1,16}$`,
);
/**
 * The From URI stands before the address and may hold parentheses; so the address is the last one in the line, and what is
 * before it holds no second one.
 */
const PIKE_ALERT = new RegExp(
  String.raw`^ALERT: ${LOG_PREFIX}<script>: ALERT: pike blocking [A-Z]{3,16} from sips?:[\w.+~*#%:;=@-]{1,400} \(IP:(?<address>${ADDRESS}):${PORT}\)$`,
);
