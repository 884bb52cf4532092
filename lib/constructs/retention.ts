import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/**
 * CloudWatch Logs' name for a number of days.
 * @throws RangeError for a number that it does not offer; the configuration's schema lets none through
 */
export function retentionOf(days: number): RetentionDays {
  const offered = Object.values(RetentionDays).filter((each) => typeof each === 'number');
  const found = new Map(offered.map((each) => [each.valueOf(), each])).get(days);
  if (found !== undefined) return found;
  throw new RangeError(
    `CloudWatch Logs does not keep logs for ${days} days: choose a retention that it offers`,
  );
}
