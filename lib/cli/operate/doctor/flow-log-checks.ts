import type { FlowLog } from '@aws-sdk/client-ec2';
import { DEPLOYED_FORMAT } from '../../../../lambda/flow-log';
import { relative, span } from '../words';
import { examine, failed, type Finding, ok, warning } from './finding';
import type { AclUse, Patient } from './patient';

/** Whether detection sees: the flow log, its way to the function, and the last record that came. */
export function flowLogChecks(patient: Patient): Promise<readonly Finding[]>[] {
  return [
    examine('flow log', () => flowLogFindings(patient)),
    examine('subscription', () => subscriptionFindings(patient)),
    examine('records', () => recordFindings(patient)),
  ];
}

async function flowLogFindings(patient: Patient): Promise<readonly Finding[]> {
  const uses = await patient.networkAclUses();
  const flowLogs = await flowLogsOf(patient);
  const unlogged = subnetsWithout(flowLogs, uses);
  const format = (await patient.function('detect').catch(() => undefined))?.Environment?.Variables;
  const expected = format?.['RINGFENCE_FLOW_LOG_FORMAT'] ?? DEPLOYED_FORMAT;
  return [
    ...flowLogs.flatMap((flowLog) => flowLogHealth(flowLog, expected)),
    ...(unlogged.length === 0
      ? []
      : [
          failed(
            'flow log',
            `no flow log covers ${unlogged.join(', ')}: who probes there is not seen`,
            'deploy the Automation stack, or create a flow log for the VPC',
          ),
        ]),
  ];
}

/** Those of the subnets behind our ACLs and of their VPCs. */
async function flowLogsOf(patient: Patient): Promise<readonly FlowLog[]> {
  const uses = await patient.networkAclUses();
  const resources = [...new Set(uses.flatMap(({ vpcId, subnets }) => [vpcId, ...subnets]))].filter(
    (id) => id !== '',
  );
  return resources.length === 0 ? [] : patient.reads.flowLogs(resources);
}

function subnetsWithout(flowLogs: readonly FlowLog[], uses: readonly AclUse[]): string[] {
  const logged = new Set(flowLogs.flatMap(({ ResourceId }) => ResourceId ?? []));
  return uses
    .filter(({ vpcId }) => !logged.has(vpcId))
    .flatMap(({ subnets }) => subnets.filter((id) => !logged.has(id)));
}

/** One flow log. Another that somebody keeps for himself is looked at too: it may be the one that is read. */
function flowLogHealth(flowLog: FlowLog, expected: string): Finding[] {
  const { FlowLogId = '?', FlowLogStatus, DeliverLogsStatus, DeliverLogsErrorMessage, TrafficType } = flowLog;
  const findings: Finding[] = [];
  const bad = (says: string, remedy: string) =>
    findings.push(failed('flow log', `${FlowLogId} ${says}`, remedy));
  if (FlowLogStatus !== 'ACTIVE') bad(`is ${FlowLogStatus ?? 'in no known state'}`, 'create it again');
  if (DeliverLogsStatus === 'FAILED')
    bad(
      `cannot deliver: ${DeliverLogsErrorMessage ?? 'no reason given'}`,
      'mend its role, its log group or the policy of its bucket',
    );
  if (TrafficType !== undefined && TrafficType !== 'ALL')
    bad(
      `logs ${TrafficType} traffic only: detection needs all of it`,
      'create one for ALL traffic; a flow log cannot be changed',
    );
  const fields = (flowLog.LogFormat ?? '').replace(/[${}]/g, '').trim();
  if (isInLogGroup(flowLog) && fields !== '' && fields !== expected)
    findings.push(
      warning(
        'flow log',
        `${FlowLogId} has other fields than detect expects, or is another's: ${fields}`,
        'if it is the one that detect reads: set flowLogs.format to its fields and deploy',
      ),
    );
  if (flowLog.MaxAggregationInterval === 600)
    findings.push(
      warning(
        'flow log',
        `${FlowLogId} aggregates over 600 s: bans come ten minutes later`,
        'set flowLogs.aggregationSeconds to 60',
      ),
    );
  if (findings.length > 0) return findings;
  return [ok('flow log', `${FlowLogId} is active, ALL traffic, ${flowLog.MaxAggregationInterval ?? '?'} s`)];
}

function isInLogGroup({ LogDestinationType }: FlowLog): boolean {
  return LogDestinationType !== 's3' && LogDestinationType !== 'kinesis-data-firehose';
}

async function subscriptionFindings(patient: Patient): Promise<readonly Finding[]> {
  const detect = await patient.function('detect');
  if (detect?.FunctionName === undefined)
    return [
      failed('subscription', 'there is no detect function to subscribe', 'deploy the Automation stack'),
    ];
  const sources = await patient.reads.eventSources(detect.FunctionName);
  if (sources.some(({ EventSourceArn = '' }) => EventSourceArn.includes(':sqs:')))
    return [ok('subscription', 'flow-log files in S3 come to detect through a queue')];
  const groups = await logGroups(patient);
  const filters = (await Promise.all(groups.map((group) => patient.reads.subscriptions(group)))).flat();
  const ours = filters.filter(({ destinationArn }) => destinationArn === detect.FunctionArn);
  if (ours.length === 0)
    return [
      failed(
        'subscription',
        groups.length === 0
          ? 'no flow log delivers to a log group: detect gets nothing'
          : `no log group among ${groups.join(', ')} sends its records to detect`,
        'deploy the Automation stack again; a log group has room for two subscriptions',
      ),
    ];
  const filtered = ours.filter(({ filterPattern = '' }) => filterPattern.trim() !== '');
  if (filtered.length > 0)
    return [
      warning(
        'subscription',
        `it filters: ${filtered[0]?.filterPattern ?? ''}`,
        'remove the pattern: media, our own answers and SKIPDATA rows are needed too',
      ),
    ];
  return [ok('subscription', `${ours[0]?.logGroupName ?? 'the log group'} sends all records to detect`)];
}

async function logGroups(patient: Patient): Promise<string[]> {
  const flowLogs = await flowLogsOf(patient);
  return [...new Set(flowLogs.filter(isInLogGroup).flatMap(logGroupOf))];
}

function logGroupOf({ LogGroupName, LogDestination }: FlowLog): string[] {
  if (LogGroupName !== undefined) return [LogGroupName];
  const name = /:log-group:([^:]+)/.exec(LogDestination ?? '')?.[1];
  return name === undefined ? [] : [name];
}

/** Records come about 5 minutes late, those of a 600 s aggregation or of S3 about 20: as the alarm Silence has it. */
const SILENT_SECONDS = 20 * 60;

const SILENCE_REMEDY = 'see the alarm SightSilence in the runbook: flow log, subscription, detect function';

async function recordFindings(patient: Patient): Promise<readonly Finding[]> {
  const { now, deployment } = patient;
  const last = await lastRecord(patient);
  const judged = await patient.connection.ledger.judgedThrough();
  const judgedText =
    judged === undefined
      ? 'no SIP traffic has been judged yet'
      : `SIP traffic judged up to ${relative(judged, now)}`;
  if (last === undefined)
    return [failed('records', `no flow-log record in three hours: blind; ${judgedText}`, SILENCE_REMEDY)];
  const age = now - last;
  const says = `the last flow-log record came ${relative(last, now)}; ${judgedText}`;
  if (age <= SILENT_SECONDS) return [ok('records', says)];
  return [failed('records', `${says}: blind in ${deployment.environment} for ${span(age)}`, SILENCE_REMEDY)];
}

/** By the count of the functions; where there is none (an emulator keeps no such metric), by the log group itself. */
async function lastRecord(patient: Patient): Promise<number | undefined> {
  const counted = await patient.reads.lastRecords(patient.deployment.environment, patient.now);
  if (counted !== undefined) return counted;
  const newest = await Promise.all(
    (await logGroups(patient)).map((group) => patient.reads.newestEvent(group)),
  );
  const times = newest.filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times) / 1000;
}
