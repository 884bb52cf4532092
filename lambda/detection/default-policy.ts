import { DAY, HOUR, MINUTE, type DetectionPolicy } from './policy';
import { defaultRuleSettings } from './rule-settings';
import { DEFAULT_HALF_LIFE_SECONDS } from './weight';

/** The policy that environments have unless they say otherwise. */
export const defaultDetectionPolicy: DetectionPolicy = {
  windowSeconds: MINUTE,
  graceSeconds: MINUTE,
  deliverySeconds: 5 * MINUTE,
  probeScore: 10,
  learningSeconds: HOUR,
  mediaTrust: { packets: 300, seconds: 7 * DAY },
  established: { buckets: 3, seconds: 7 * DAY, maxPacketsPerMinute: 15 },
  acquainted: { minAgeSeconds: 10 * MINUTE, seconds: 7 * DAY },
  contactSeconds: 7 * DAY,
  trustedServices: ['CHIME_VOICECONNECTOR', 'CHIME_MEETINGS', 'ROUTE53_HEALTHCHECKS'],
  sizes: { emptyTcp: 60, leastSip: 128, leastOpening: 600 },
  evidenceSeconds: DAY,
  answeringSeconds: 7 * DAY,
  weightHalfLifeSeconds: DEFAULT_HALF_LIFE_SECONDS,
  rules: defaultRuleSettings(),
};
