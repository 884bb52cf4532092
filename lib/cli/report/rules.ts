/** One or more detection rules, as charts and evidence show them. */
export interface RuleStyle {
  /** The rules that it stands for. */
  readonly ids: readonly string[];
  readonly name: string;
  /** A CSS colour: a variable that differs between light and dark. */
  readonly colour: string;
}

const NAMES: readonly (readonly [id: string, name: string])[] = [
  ['dark-addresses', 'Dark addresses'],
  ['network-sweep', 'Network sweep'],
  ['repeated-answers', 'Answers never acknowledged'],
  ['flow-rate', 'Packet rate'],
  ['unfinished-requests', 'Unfinished requests'],
  ['one-socket', 'One port to many addresses'],
  ['closed-policy', 'Rejected at many addresses'],
  ['network-dialers', 'Dialers of one network'],
  ['port-churn', 'A new port for each request'],
  ['port-spread', 'Many ports tried'],
  ['not-sip', 'Too short for SIP'],
  ['empty-connections', 'Empty connections'],
  ['tripwire-port', 'The port SIP was moved from'],
];

/** Colours that are told apart in a stack; the one after them is for all other rules together. */
const COLOURS = 6;
const OTHERS = `var(--rule-${COLOURS + 1})`;

/**
 * The styles for a chart, known rules first and in a fixed order. The rules that occur most get a colour each, the same
 * in every report where it is free; what is left is one layer, so that no two layers ever look alike.
 * @param occurrences ids, each as often as it occurs
 */
export function ruleStyles(occurrences: Iterable<string>): RuleStyle[] {
  const counts = new Map<string, number>();
  for (const id of occurrences) counts.set(id, (counts.get(id) ?? 0) + 1);
  const ranked = [...counts].sort(([a, x], [b, y]) => y - x || rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
  const ids = ranked.map(([id]) => id);
  const others = ids.slice(ids.length > COLOURS + 1 ? COLOURS : COLOURS + 1);
  const shown = ids.filter((id) => !others.includes(id)).sort(inOrder);
  const styles = coloured(shown);
  if (others.length === 0) return styles;
  return [...styles, { ids: others, name: `${others.length} other rules`, colour: OTHERS }];
}

/** The rule's name for people; one that is not known by name is read from its id. */
export function ruleName(id: string): string {
  const known = NAMES.find(([name]) => name === id)?.[1];
  if (known !== undefined) return known;
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function coloured(ids: readonly string[]): RuleStyle[] {
  const free = Array.from({ length: COLOURS + 1 }, (_, i) => `var(--rule-${i + 1})`);
  const wanted = new Map(ids.map((id) => [id, `var(--rule-${(rankOf(id) % COLOURS) + 1})`]));
  // Whoever has its own colour to itself keeps it, in order; the others take what is left.
  const taken = new Map<string, string>();
  for (const id of ids) {
    const colour = wanted.get(id) ?? OTHERS;
    if (![...taken.values()].includes(colour)) taken.set(id, colour);
  }
  const left = free.filter((colour) => ![...taken.values()].includes(colour));
  return ids.map((id) => ({
    ids: [id],
    name: ruleName(id),
    colour: taken.get(id) ?? left.shift() ?? OTHERS,
  }));
}

function inOrder(a: string, b: string): number {
  return rankOf(a) - rankOf(b) || (a < b ? -1 : 1);
}

/** Place in the fixed order; unknown rules come last. */
function rankOf(id: string): number {
  const index = NAMES.findIndex(([known]) => known === id);
  return index < 0 ? NAMES.length : index;
}
