import {
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

test('the default policy is within its bounds', () => {
  expect(checkDetectionPolicy(POLICY)).toBe(POLICY);
  expect(judgeContextOf(SITE, []).policy).toBe(POLICY);
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
    'a short memory that is the longer one',
    { darkAddresses: { ...POLICY.darkAddresses, shortSeconds: 7200, longSeconds: 3600 } },
    'darkAddresses.longSeconds is 3600: write a whole number of seconds from 7200 to 31536000',
  ],
  [
    'more than is remembered',
    { darkAddresses: { ...POLICY.darkAddresses, short: 17 } },
    'darkAddresses.short is 17: write a whole number of addresses from 1 to 16',
  ],
  [
    'a trust that lapses in the middle of a call',
    { mediaTrust: { ...POLICY.mediaTrust, seconds: 3600 } },
    'mediaTrust.seconds is 3600: write a whole number of seconds from 7200 to 31536000',
  ],
  [
    'a rate that is ordinary and accused',
    { flowRate: { packetsPerMinute: 15 } },
    'flowRate.packetsPerMinute is 15: write a whole number of packets from 16 to 1000000',
  ],
  [
    'a ratio of any peer',
    { repeatedAnswers: { ...POLICY.repeatedAnswers, ratio: 0.5 } },
    'repeatedAnswers.ratio is 0.5: write a number of packets to one from 1 to 1000000',
  ],
  ['no score', { probeScore: 0 }, 'probeScore is 0: write a number of points from 1 to 1000000'],
  [
    'no sources',
    { networkSweep: { ...POLICY.networkSweep, sources: 0 } },
    'networkSweep.sources is 0: write a whole number of sources from 1 to 16',
  ],
])('%s is an error that quotes the value and the bound', (_, change, message) => {
  const check = () => checkDetectionPolicy({ ...POLICY, ...change });
  expect(check).toThrow(DetectionPolicyError);
  expect(check).toThrow(message);
  expect(() => judgeContextOf(SITE, [], { ...POLICY, ...change })).toThrow(message);
});

test('scores and ratios need not be whole', () => {
  const policy = { ...POLICY, probeScore: 7.5, repeatedAnswers: { ...POLICY.repeatedAnswers, ratio: 1.75 } };
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
