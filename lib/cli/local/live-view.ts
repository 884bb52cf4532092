import type { Ban } from '../../../lambda/blacklist/ban';
import { formatDuration } from '../../../lambda/blacklist/duration';
import type { ReconcileReport } from '../../../lambda/enforcement';
import type { Score } from '../replay/labels';
import type { CliIo } from '../support/cli-io';
import { type Palette, paletteOf } from '../support/palette';
import { plural, printableText } from '../support/table';
import { LocalAlarms } from './alarms';
import type { LocalCloud } from './local-cloud';
import type { LocalEvent, LocalOutcome } from './local-run';
import { LocalView, type RunView } from './local-view';

/** Lines of what happened last. */
const EVENTS = 8;
/** Least time between two drawings, milliseconds: more is not seen, and takes time from the run. */
const REDRAW_MS = 60;
/** Up so many lines, and everything below erased (ECMA-48: CUU, ED). */
const up = (lines: number): string => `\u001b[${lines}A\u001b[J`;
/** Room for a rule number and an IPv4 CIDR. */
const SLOT_WIDTH = 26;

interface Shown {
  at: number;
  bans: number;
  sources: Set<string>;
  slots: Map<number, string>;
  effective: number;
  overflow: number;
  readonly events: string[];
}

/** A local run as it goes on, drawn in place: the clock of the recording, the slots, and what happened last. */
export class LiveView implements RunView {
  readonly #alarms = new LocalAlarms();
  readonly #palette: Palette;
  readonly #summary: LocalView;
  readonly #shown: Shown = {
    at: 0,
    bans: 0,
    sources: new Set(),
    slots: new Map(),
    effective: 0,
    overflow: 0,
    events: [],
  };
  #drawnLines = 0;
  #drawnAt = -Infinity;

  constructor(private readonly io: CliIo) {
    this.#palette = paletteOf(io.stdout, io.env);
    this.#summary = new LocalView(io, false);
  }

  start(records: number, cloud: LocalCloud): void {
    this.#summary.start(records, cloud);
  }

  readonly show = (event: LocalEvent): void => {
    this.#shown.at = event.at;
    if (event.kind === 'ban') this.#ban(event.ban);
    else if (event.kind === 'reconcile') this.#reconcile(event.report);
    else this.#metric(event.name, event.value);
    const now = this.io.elapsedMs();
    if (now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#draw();
  };

  end(outcome: LocalOutcome, score: Score, seconds: number, report: string): void {
    this.#erase();
    this.#summary.end(outcome, score, seconds, report);
  }

  #ban(ban: Ban): void {
    this.#shown.bans += 1;
    this.#shown.sources.add(ban.key);
    const reasons = ban.evidence.map(({ detail }) => detail).join('; ');
    this.#event(
      'ban',
      `${ban.source} for ${formatDuration(ban.expiresAt - ban.bannedAt)}: ${printableText(reasons)}`,
    );
  }

  #reconcile({ networkAcls: [acl], overflow }: ReconcileReport): void {
    if (acl === undefined) return;
    for (const change of acl.changes) {
      if (change.op === 'delete') this.#shown.slots.delete(change.ruleNumber);
      else this.#shown.slots.set(change.ruleNumber, change.to);
    }
    this.#shown.effective = acl.slots.ipv4.effective;
    this.#shown.overflow = overflow.filter(({ reason }) => reason === 'capacity').length;
  }

  #metric(name: string, value: number): void {
    const alarm = this.#alarms.observe(name, value);
    if (alarm !== undefined) this.#event('ALARM', alarm);
  }

  #event(kind: 'ban' | 'ALARM', text: string): void {
    const { events, at } = this.#shown;
    const line = this.#cut(`${clockTime(at)}  ${kind.padEnd(5)}  ${text}`);
    events.push(kind === 'ALARM' ? this.#palette.careful(line) : line);
    if (events.length > EVENTS) events.shift();
  }

  #draw(): void {
    const { at, bans, sources, slots, effective, overflow, events } = this.#shown;
    const head = `${clockTime(at)}  ${plural(bans, 'ban')} of ${plural(sources.size, 'source')}; slots ${slots.size} of ${effective} (IPv4)${overflow > 0 ? `, ${overflow} without one` : ''}`;
    const lines = [this.#palette.strong(this.#cut(head)), '', ...this.#slotLines(), '', ...events];
    this.#erase();
    this.io.stdout.write(`${lines.join('\n')}\n`);
    this.#drawnLines = lines.length;
  }

  /** As many columns as the width holds; always as many lines as all slots need, so that nothing jumps. */
  #slotLines(): string[] {
    const { slots, effective } = this.#shown;
    const columns = Math.max(1, Math.floor(this.#width / SLOT_WIDTH));
    const taken = [...slots].sort(([a], [b]) => a - b);
    const count = Math.ceil(Math.max(effective, taken.length) / columns);
    return Array.from({ length: count }, (_, line) =>
      taken
        .slice(line * columns, (line + 1) * columns)
        .map(([number, cidr]) => `${String(number).padStart(3)}  ${cidr}`.padEnd(SLOT_WIDTH))
        .join('')
        .trimEnd(),
    );
  }

  #erase(): void {
    if (this.#drawnLines > 0) this.io.stdout.write(up(this.#drawnLines));
    this.#drawnLines = 0;
  }

  get #width(): number {
    return this.io.stdout.columns ?? 80;
  }

  /** A line that wrapped would be two, and the next drawing would begin too low. */
  #cut(text: string): string {
    return text.length < this.#width ? text : `${text.slice(0, this.#width - 2)}…`;
  }
}

/** Hours and minutes of the recording. */
function clockTime(at: number): string {
  return new Date(at * 1000).toISOString().slice(11, 16);
}
