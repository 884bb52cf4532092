import { bansOf } from '../support/detection-judging';
import { SITE, sweep } from '../support/detection-records';
import { changedPolicy, checkDetectionPolicy, DetectionPolicyError } from '../../lambda/detection';
import { RULES } from '../../lambda/detection/rules';
import type { RuleChange } from '../../lambda/detection';

test('every rule is on, within its bounds, and says what it is about', () => {
  const { rules } = changedPolicy();
  expect(Object.keys(rules)).toEqual(RULES.map(({ id }) => id));
  for (const { id, about, thresholds } of RULES) {
    expect(rules[id]?.enabled).toBe(true);
    expect(about.length).toBeGreaterThan(20);
    for (const threshold of Object.values(thresholds)) expect(threshold.about).not.toBe('');
  }
});

test.each<[string, Record<string, RuleChange>, string]>([
  [
    'an unknown rule',
    { dark: { short: 3 } },
    'there is no detection rule "dark": the rules are dark-addresses, ',
  ],
  [
    'an unknown threshold',
    { 'flow-rate': { perMinute: 3 } },
    'detection rule flow-rate has no "perMinute": it has enabled, packetsPerMinute',
  ],
  [
    'text for a number',
    { 'flow-rate': { packets: true } },
    'detection rule flow-rate: packets is true: write a number',
  ],
  [
    'a number for a switch',
    { 'flow-rate': { enabled: 1 } },
    'detection rule flow-rate: enabled is 1: write true or false',
  ],
  [
    'too little',
    { 'port-churn': { ports: 2 } },
    'detection rule port-churn: ports is 2: write a whole number of ports from 3 to 1000000',
  ],
  [
    'too much',
    { 'network-sweep': { sources: 33 } },
    'detection rule network-sweep: sources is 33: write a whole number of sources from 2 to 32',
  ],
  [
    'a fraction of an address',
    { 'closed-policy': { addresses: 2.5 } },
    'detection rule closed-policy: addresses is 2.5: write a whole number',
  ],
  ['no number', { 'closed-policy': { seconds: NaN } }, 'detection rule closed-policy: seconds is NaN'],
])('%s is an error that names rule, threshold, value and bound', (_, rules, message) => {
  expect(() => changedPolicy({ rules })).toThrow(DetectionPolicyError);
  expect(() => changedPolicy({ rules })).toThrow(message);
});

test('a rule without settings is one too', () => {
  const rules = Object.fromEntries(Object.entries(changedPolicy().rules).filter(([id]) => id !== 'not-sip'));
  expect(() => checkDetectionPolicy({ ...changedPolicy(), rules })).toThrow(
    'detection rule not-sip has no settings',
  );
});

describe('an environment', () => {
  const site = (detection: Parameters<typeof changedPolicy>[0]) => ({ site: { ...SITE, detection } });

  test('switches a rule off', async () => {
    expect(await bansOf(sweep(3), site({}))).toHaveLength(1);
    expect(await bansOf(sweep(3), site({ rules: { 'dark-addresses': { enabled: false } } }))).toEqual([]);
  });

  test('tunes a threshold', async () => {
    const stricter = { rules: { 'dark-addresses': { short: 4, long: 4 } } };
    expect(await bansOf(sweep(3), site(stricter))).toEqual([]);
    expect(await bansOf(sweep(4), site(stricter))).toHaveLength(1);
  });

  test('asks for more evidence, and for a longer time to learn', async () => {
    expect(await bansOf(sweep(3), site({ probeScore: 11 }))).toEqual([]);
    expect(changedPolicy({ probeScore: 11, learningSeconds: 60 })).toMatchObject({
      probeScore: 11,
      learningSeconds: 60,
    });
  });
});
