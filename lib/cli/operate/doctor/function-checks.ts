import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { plural } from '../../support/table';
import { examine, failed, type Finding, ok, warning } from './finding';
import type { Patient } from './patient';

const NAMES = ['detect', 'enforce'] as const;
type Name = (typeof NAMES)[number];

/** Whether the functions are there as deployed, and what they gave up on. */
export function functionChecks(patient: Patient): Promise<readonly Finding[]>[] {
  return [
    examine('functions', async () => {
      // Asked first: without the list there is one finding, not one for each function.
      await patient.functions();
      return (await Promise.all(NAMES.map((name) => functionFindings(patient, name)))).flat();
    }),
    examine('dead letters', async () => {
      await patient.functions();
      return (await Promise.all(NAMES.map((name) => deadLetters(patient, name)))).flat();
    }),
  ];
}

async function functionFindings(patient: Patient, name: Name): Promise<readonly Finding[]> {
  const lambda = await patient.function(name);
  if (lambda?.FunctionName === undefined)
    return [
      failed(
        'functions',
        `there is no ${name} function that works on ${patient.deployment.ledgerTable}`,
        'deploy the Automation stack, or look in the right account and Region',
      ),
    ];
  const problems = [
    ...stateFindings(name, lambda),
    ...driftFindings(name, lambda, patient),
    ...(await examine('functions', () => concurrencyFindings(patient, name, lambda.FunctionName ?? ''))),
    ...(await examine('functions', () => sourceFindings(patient, name, lambda.FunctionName ?? ''))),
  ];
  return problems.length > 0 ? problems : [ok('functions', `${name}: ${lambda.FunctionName}, as deployed`)];
}

function stateFindings(
  name: Name,
  { State, StateReason, LastUpdateStatus }: FunctionConfiguration,
): Finding[] {
  if (State === undefined || State === 'Active' || State === 'Inactive') {
    if (LastUpdateStatus !== 'Failed') return [];
    return [failed('functions', `${name}: its last update failed`, 'deploy the Automation stack again')];
  }
  return [
    failed(
      'functions',
      `${name} is ${State}: ${StateReason ?? 'no reason given'}`,
      'deploy the Automation stack again',
    ),
  ];
}

/** The function reads the document from its own environment, people from the parameter: they have to say the same. */
function driftFindings(
  name: Name,
  { Environment }: FunctionConfiguration,
  { deployment }: Patient,
): Finding[] {
  const text = Environment?.Variables?.['RINGFENCE_DEPLOYMENT'] ?? '';
  if (canonical(text) === canonical(JSON.stringify(deployment))) return [];
  return [
    failed(
      'functions',
      `${name} works with another deployment document than the one read here`,
      'deploy the Automation stack again; somebody edited the parameter or the function',
    ),
  ];
}

/** JSON with its keys in order, so that only what is said is compared. */
function canonical(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return text;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

async function concurrencyFindings({ reads }: Patient, name: Name, functionName: string): Promise<Finding[]> {
  const reserved = await reads.reservedConcurrency(functionName);
  if (reserved === 0)
    return [
      failed(
        'functions',
        `${name} has 0 executions set aside: it never runs`,
        `aws lambda put-function-concurrency --function-name ${functionName} --reserved-concurrent-executions ${name === 'enforce' ? 1 : 10}`,
      ),
    ];
  if (name === 'detect' || reserved === 1) return [];
  const says = reserved === undefined ? 'no execution' : `${reserved} executions`;
  return [
    warning(
      'functions',
      `enforce has ${says} set aside instead of 1: the lease alone keeps it to one writer`,
      'set functions.enforce.reservedConcurrency to 1, unless the account has none to spare',
    ),
  ];
}

async function sourceFindings({ reads }: Patient, name: Name, functionName: string): Promise<Finding[]> {
  const sources = await reads.eventSources(functionName);
  const off = sources.filter(
    ({ State = 'Enabled' }) => !/^(?:Enabled|Enabling|Updating|Creating)$/.test(State),
  );
  const missing =
    name === 'enforce' && sources.length === 0
      ? [
          warning(
            'functions',
            'enforce does not follow the stream of the ledger: new bans wait for the next tick',
            'deploy the Automation stack again (after a restore of the table its stream is another)',
          ),
        ]
      : [];
  return [
    ...off.map(({ UUID = '', State = '' }) =>
      failed(
        'functions',
        `${name}: its event source ${UUID} is ${State}`,
        `aws lambda update-event-source-mapping --uuid ${UUID} --enabled`,
      ),
    ),
    ...missing,
  ];
}

async function deadLetters(patient: Patient, name: Name): Promise<readonly Finding[]> {
  const { reads, deployment } = patient;
  const lambda = await patient.function(name);
  if (lambda?.FunctionName === undefined) return [];
  const failures = await reads.failureQueue(lambda.FunctionName);
  if (failures === undefined)
    return [
      warning(
        'dead letters',
        `${name} has no queue for events it gives up on: they are lost`,
        'deploy the Automation stack again',
      ),
    ];
  const sources = await reads.eventSources(lambda.FunctionName);
  const feeding = sources.flatMap(({ EventSourceArn = '' }) =>
    EventSourceArn.includes(':sqs:') ? EventSourceArn : [],
  );
  const behind = await Promise.all(feeding.map(async (arn) => (await reads.queue(arn)).deadLetters));
  const queues = [failures, ...behind.filter((arn) => arn !== undefined)];
  const remedy =
    name === 'detect'
      ? `mend the cause its log names, then ringfence redrive --env ${deployment.environment}`
      : 'mend the cause its log names; the next good tick does what these would have done';
  return Promise.all(
    queues.map(async (arn) => {
      const { messages } = await reads.queue(arn);
      const queue = arn.split(':').at(-1) ?? arn;
      return messages === 0
        ? ok('dead letters', `${name}: ${queue} is empty`)
        : failed('dead letters', `${name} gave up on ${plural(messages, 'event')}, kept in ${queue}`, remedy);
    }),
  );
}
