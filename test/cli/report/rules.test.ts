import { RULES } from '../../../lambda/detection/rules';
import { ruleName, ruleStyles } from '../../../lib/cli/report/rules';

const ids = RULES.map(({ id }) => id);

test('every rule of detection has a name for people', () => {
  for (const id of ids) expect({ id, name: ruleName(id) }).not.toEqual({ id, name: id });
});

test('a rule without a name is read from its id', () => {
  expect(ruleName('failed-registrations')).toBe('Failed registrations');
});

describe('the colours of a chart', () => {
  it('are the same for a rule whether others occur or not', () => {
    const [alone] = ruleStyles(['repeated-answers']);
    const among = ruleStyles(['dark-addresses', 'repeated-answers', 'flow-rate']);
    expect(among.find(({ ids: [id] }) => id === 'repeated-answers')).toEqual(alone);
  });

  it.each(ids.map((_, i) => i + 1))('are never used twice, with %i rules', (rules) => {
    for (let from = 0; from < ids.length; from++) {
      const occurring = Array.from({ length: rules }, (_, i) => ids[(from + i) % ids.length] ?? '');
      const styles = ruleStyles(occurring);
      expect(new Set(styles.map(({ colour }) => colour)).size).toBe(styles.length);
      expect(styles.flatMap((style) => style.ids).sort()).toEqual([...occurring].sort());
      expect(styles.length).toBeLessThanOrEqual(7);
    }
  });

  it('are for the rules that occur most; the rest is one layer', () => {
    const often = ids.slice(4, 10).flatMap((id) => [id, id]);
    const styles = ruleStyles([...ids, ...often]);
    expect(styles.at(-1)?.name).toBe(`${ids.length - 6} other rules`);
    expect(
      styles
        .slice(0, -1)
        .flatMap((style) => style.ids)
        .sort(),
    ).toEqual(ids.slice(4, 10).sort());
  });
});
