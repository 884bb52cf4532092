import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { plural } from '../../support/table';
import { listed } from '../words';
import { examine, failed, type Finding, ok, warning } from './finding';
import type { Patient } from './patient';

type Alarm = MetricAlarm | CompositeAlarm;

/** Whether somebody is told when something is wrong. */
export function alarmChecks(patient: Patient): Promise<readonly Finding[]>[] {
  const { reads, deployment } = patient;
  // Names of CloudFormation's making: those of the stack, the construct and a suffix.
  const prefix = `${deployment.environment}-Monitoring-`;
  let reading: Promise<readonly Alarm[]> | undefined;
  const alarms = (): Promise<readonly Alarm[]> => (reading ??= reads.alarms(prefix));
  return [
    examine('alarms', async () => alarmFindings(await alarms(), prefix)),
    examine('mail', async () => mailFindings(await alarms(), patient)),
  ];
}

function alarmFindings(alarms: readonly Alarm[], prefix: string): Finding[] {
  if (alarms.length === 0)
    return [
      failed('alarms', `there is no alarm whose name begins with ${prefix}`, 'deploy the Monitoring stack'),
    ];
  const mute = alarms.filter(
    ({ ActionsEnabled, AlarmActions = [] }) => ActionsEnabled === false || AlarmActions.length === 0,
  );
  const on = alarms.filter(({ StateValue }) => StateValue === 'ALARM');
  const findings = [
    ...(mute.length === 0
      ? []
      : [
          failed(
            'alarms',
            `${plural(mute.length, 'alarm')} tell nobody: ${names(mute)}`,
            'aws cloudwatch enable-alarm-actions, or deploy the Monitoring stack again',
          ),
        ]),
    ...(on.length === 0
      ? []
      : [
          warning(
            'alarms',
            `${plural(on.length, 'alarm')} on: ${names(on)}`,
            'the runbook says for each what to do',
          ),
        ]),
  ];
  return findings.length > 0
    ? findings
    : [ok('alarms', `${plural(alarms.length, 'alarm')}, none on, each tells a topic`)];
}

/** What of an alarm's name the runbook calls it: without stack and suffix. */
function names(alarms: readonly Alarm[]): string {
  return listed(
    alarms.map(({ AlarmName = '?' }) =>
      AlarmName.replace(/^.*?-Monitoring-/, '').replace(/[0-9A-F]{8}(?:-\w+)?$/, ''),
    ),
  );
}

async function mailFindings(alarms: readonly Alarm[], { reads }: Patient): Promise<readonly Finding[]> {
  const topics = [...new Set(alarms.flatMap(({ AlarmActions = [] }) => AlarmActions))].filter((arn) =>
    arn.includes(':sns:'),
  );
  if (topics.length === 0)
    return [failed('mail', 'no alarm has a topic: nobody is told', 'deploy the Monitoring stack')];
  const found = await Promise.all(topics.map((arn) => topicFindings(arn, reads)));
  return found.flat();
}

async function topicFindings(arn: string, reads: Patient['reads']): Promise<Finding[]> {
  const subscriptions = await reads.topicSubscriptions(arn);
  const waiting = subscriptions.filter(({ SubscriptionArn = '' }) => !SubscriptionArn.startsWith('arn:'));
  const topic = arn.split(':').at(-1) ?? arn;
  const confirmed = subscriptions.length - waiting.length;
  if (confirmed === 0)
    return [
      failed(
        'mail',
        `nobody has confirmed a subscription of ${topic}: alarms go nowhere`,
        waiting.length === 0
          ? 'set alarms.email in cdk.json and deploy, or subscribe to the topic'
          : `confirm by the link in the mail to ${listed(waiting.map(({ Endpoint = '?' }) => Endpoint))}`,
      ),
    ];
  if (waiting.length === 0) return [ok('mail', `${plural(confirmed, 'confirmed subscription')} of ${topic}`)];
  return [
    warning(
      'mail',
      `not confirmed yet: ${listed(waiting.map(({ Endpoint = '?' }) => Endpoint))}`,
      'they have to open the link in the mail that AWS sent them',
    ),
  ];
}
