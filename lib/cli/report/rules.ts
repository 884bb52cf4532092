/** How a detection rule is named and coloured in charts and evidence. */
export interface RuleStyle {
  readonly id: string;
  readonly name: string;
  /** A CSS colour: a variable that differs between light and dark. */
  readonly colour: string;
}

const NAMES: readonly (readonly [id: string, name: string])[] = [
  ['dark-addresses', 'Dark addresses'],
  ['network-sweep', 'Network sweep'],
  ['repeated-answers', 'Answers never acknowledged'],
  ['flow-rate', 'Packet rate'],
  ['port-spread', 'Port spread'],
];

/** Colours for rules that are not known by name, so that a new rule shows up without a change here. */
const COLOURS = 7;

/** The styles of the rules that occur, known rules first and in a fixed order: colours never move between reports. */
export function ruleStyles(ids: Iterable<string>): RuleStyle[] {
  const occurring = new Set(ids);
  const known = NAMES.map(([id]) => id);
  const unknown = [...occurring].filter((id) => !known.includes(id)).sort();
  return [...known, ...unknown].flatMap((id, i) => (occurring.has(id) ? [styleOf(id, i)] : []));
}

/** The rule's name for people, its id where it has none. */
export function ruleName(id: string): string {
  return NAMES.find(([known]) => known === id)?.[1] ?? id;
}

function styleOf(id: string, index: number): RuleStyle {
  return { id, name: ruleName(id), colour: `var(--rule-${(index % COLOURS) + 1})` };
}
