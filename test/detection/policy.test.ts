import {
  changedRuleSettings,
  checkDetectionPolicy,
  decayWeight,
  defaultDetectionPolicy,
  type DetectionPolicy,
  DetectionPolicyError,
  isSipLikePort,
  judgeContextOf,
} from '../../lambda/detection';
import { SITE } from '../support/detection-records';

const POLICY = defaultDetectionPolicy;

/** The policy with one threshold of a rule changed. */
function withRule(id: string, values: Record<string, number>): Partial<DetectionPolicy> {
  return { rules: changedRuleSettings(POLICY.rules, { [id]: values }) };
}

test('the default policy is within its bounds', () => {
  expect(checkDetectionPolicy(POLICY)).toBe(POLICY);
  expect(judgeContextOf(SITE, []).policy).toEqual(POLICY);
});

test('a weight halves with time and never grows by itself', () => {
  expect(decayWeight(8, 1000, 1000 + 2 * 3600, 3600)).toBe(2);
  expect(decayWeight(8, 1000, 1000, 3600)).toBe(8);
  expect(decayWeight(8, 1000, 999, 3600)).toBe(8);
});

test.each<[string, Partial<DetectionPolicy>, string]>([
  ['no window', { windowSeconds: 0 }, 'windowSeconds is 0: write a whole number of seconds from 1 to 3600'],
  [
    'half a second',
    { windowSeconds: 0.5 },
    'windowSeconds is 0.5: write a whole number of seconds from 1 to 3600',
  ],
  [
    'a whole and a half',
    { evidenceSeconds: 90.5 },
    'evidenceSeconds is 90.5: write a whole number of seconds from 60 to 31536000',
  ],
  [
    'no number',
    { deliverySeconds: NaN },
    'deliverySeconds is NaN: write a whole number of seconds from 0 to',
  ],
  [
    'a grace that ends within a window',
    { graceSeconds: 90 },
    'graceSeconds is 90: write a multiple of windowSeconds, 60,',
  ],
  [
    'more than is remembered',
    withRule('dark-addresses', { short: 9 }),
    'detection rule dark-addresses: short is 9: write a whole number of addresses from 1 to 8',
  ],
  [
    'longer than touches are remembered',
    withRule('dark-addresses', { longSeconds: 86_401 }),
    'detection rule dark-addresses: longSeconds is 86401: write a whole number of seconds from 60 to 86400',
  ],
  [
    'a message shorter than a UDP header',
    { sizes: { ...POLICY.sizes, leastSip: 27 } },
    'sizes.leastSip is 27: write a whole number of bytes from 28 to 300',
  ],
  [
    'a trust that lapses in the middle of a call',
    { mediaTrust: { ...POLICY.mediaTrust, seconds: 3600 } },
    'mediaTrust.seconds is 3600: write a whole number of seconds from 7200 to 31536000',
  ],
  [
    'a rate that is ordinary and accused',
    withRule('flow-rate', { packetsPerMinute: 15 }),
    'detection rule flow-rate: packetsPerMinute is 15: write a whole number of packets a minute from 16 to 1000000',
  ],
  [
    'a ratio of any peer',
    withRule('repeated-answers', { ratio: 0.5 }),
    'detection rule repeated-answers: ratio is 0.5: write a number of packets to one from 1 to 1000000',
  ],
  ['no score', { probeScore: 0 }, 'probeScore is 0: write a number of points from 1 to 1000000'],
  [
    'no sources',
    withRule('network-sweep', { sources: 0 }),
    'detection rule network-sweep: sources is 0: write a whole number of sources from 2 to 32',
  ],
])('%s is an error that quotes the value and the bound', (_, change, message) => {
  const check = () => checkDetectionPolicy({ ...POLICY, ...change });
  expect(check).toThrow(DetectionPolicyError);
  expect(check).toThrow(message);
  expect(() => judgeContextOf(SITE, [], { ...POLICY, ...change })).toThrow(message);
});

test('scores and ratios need not be whole', () => {
  const policy = { ...POLICY, probeScore: 7.5, ...withRule('repeated-answers', { ratio: 1.75 }) };
  expect(checkDetectionPolicy(policy)).toBe(policy);
});

test('SIP-like ports are 5060 to 5099 and what administrators move to', () => {
  const like = Array.from({ length: 65_536 }, (_, port) => port).filter(isSipLikePort);
  expect(like).toEqual([
    ...Array.from({ length: 40 }, (_, i) => 5060 + i),
    5160,
    5161,
    5260,
    6060,
    7060,
    8060,
  ]);
});
