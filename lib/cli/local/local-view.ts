import type { Ban } from '../../../lambda/blacklist/ban';
import { formatDuration } from '../../../lambda/blacklist/duration';
import type { NetworkAclChange, ReconcileReport } from '../../../lambda/enforcement';
import type { Score } from '../replay/labels';
import type { CliIo } from '../support/cli-io';
import { type Palette, paletteOf } from '../support/palette';
import { plural, printableText, table, time, wrapped } from '../support/table';
import { LocalAlarms } from './alarms';
import type { LocalCloud } from './local-cloud';
import type { LocalEvent, LocalOutcome } from './local-run';

/** What a local run is shown by. */
export interface RunView {
  /** @param records of the recording */
  start(records: number, cloud: LocalCloud): void;
  readonly show: (event: LocalEvent) => void;
  /** @param report path of the report, @param seconds that the run took */
  end(outcome: LocalOutcome, score: Score, seconds: number, report: string): void;
}

/** Shows a local run while it goes on: a line for each ban, for each change of the network ACL and for each alarm. */
export class LocalView implements RunView {
  readonly #alarms = new LocalAlarms();
  readonly #palette: Palette;

  /** @param quiet nothing but the end, for `--json` */
  constructor(
    private readonly io: CliIo,
    private readonly quiet: boolean,
  ) {
    this.#palette = paletteOf(io.stdout, io.env);
  }

  start(records: number, { deployment, aws }: LocalCloud): void {
    const [acl] = deployment.networkAcls;
    this.#line(
      `Playing a recorded day (${plural(records, 'record')}) through the real functions, against EC2 and WAFv2 at ${aws.endpoint ?? 'AWS'}.`,
    );
    this.#line(
      `Network ACL ${acl?.id ?? 'none'}: quota ${acl?.quota ?? 0}, rule numbers ${acl?.ruleNumbers ?? 'none'} are ours. Times are of the recording, in UTC.\n`,
    );
  }

  readonly show = (event: LocalEvent): void => {
    if (event.kind === 'ban') this.#ban(event.at, event.ban);
    else if (event.kind === 'reconcile') this.#reconcile(event.at, event.report);
    else this.#metric(event);
  };

  #ban(at: number, ban: Ban): void {
    const again = ban.offence > 1 ? ` (offence ${ban.offence})` : '';
    const reasons = ban.evidence.map(({ detail }) => detail).join('; ');
    this.#line(
      `${clockTime(at)}  ${this.#palette.strong('ban')}    ${ban.source.padEnd(15)} for ${formatDuration(ban.expiresAt - ban.bannedAt)}${again}: ${printableText(reasons)}`,
    );
  }

  #reconcile(at: number, report: ReconcileReport): void {
    const changes = report.networkAcls.flatMap((acl) => acl.changes);
    for (const change of changes) this.#line(`${clockTime(at)}  ${changeText(change)}`);
  }

  #metric({ at, name, value }: Extract<LocalEvent, { kind: 'metric' }>): void {
    const alarm = this.#alarms.observe(name, value);
    if (alarm !== undefined) this.#line(`${clockTime(at)}  ${this.#palette.careful('ALARM')}  ${alarm}`);
  }

  /** The summary, in the order of an admin's questions. */
  end(outcome: LocalOutcome, score: Score, seconds: number, report: string): void {
    const { bans, slots, inForce, records, span, calls } = outcome;
    const sources = new Set(bans.map(({ key }) => key)).size;
    this.#line(
      `\n${plural(records.read, 'record')} from ${time(span.from)} to ${time(span.to)}, ${records.sip} of them SIP, in ${seconds.toFixed(1)} s`,
    );
    this.#line(
      `${plural(bans.length, 'ban')} of ${plural(sources, 'source')}; ${inForce.length} in force now, ${slots.length} of them in slots:`,
    );
    const rows = slots.map(({ ruleNumber, cidr, weight, sources: count }) => [
      String(ruleNumber),
      cidr,
      weight.toFixed(1),
      String(count),
    ]);
    this.#line(table(['rule', 'deny', 'weight', 'sources'], rows, this.io));
    this.#line(ipSetLine(outcome));
    this.#line(`${calls.all} calls to EC2 and WAFv2, ${calls.changing} of them changes`);
    const verdict =
      score.falseBans.length === 0
        ? 'no legitimate source was banned'
        : `FALSE BANS: ${score.falseBans.join(', ')}`;
    this.#line(
      `Against the labels of the recording: ${(100 * score.recall).toFixed(0)} % of the probe sources banned, ${verdict}`,
    );
    this.#line(
      `\nThe report is in ${report}. Your own logs: npx --no-install ringfence replay FILE… --vpc-cidr YOUR-CIDR`,
    );
  }

  #line(text: string): void {
    if (!this.quiet) this.io.stdout.write(`${fitted(text, this.io)}\n`);
  }
}

/** Sentences wrap at the terminal's width; a table has its own. */
function fitted(text: string, io: CliIo): string {
  const lines = text.split('\n');
  return lines.map((line) => (/^[┌│├└]/.test(line) ? line : wrapped(line, io))).join('\n');
}

function ipSetLine({ ipSets }: LocalOutcome): string {
  const sets = ipSets.map(({ name, cidrs }) => `${name} ${plural(cidrs, 'CIDR')}`);
  return `WAFv2 IP sets: ${sets.join(', ') || 'none'}`;
}

function changeText(change: NetworkAclChange): string {
  const rule = `rule ${String(change.ruleNumber).padStart(2)}`;
  if (change.op === 'delete') return `${rule} deleted, was ${change.from}`;
  return `${rule} denies ${change.to}${change.op === 'replace' ? `, was ${change.from}` : ''}`;
}

/** Hours and minutes of the recording. */
function clockTime(at: number): string {
  return new Date(at * 1000).toISOString().slice(11, 16);
}
