import { closedPolicy } from './closed-policy';
import { darkAddresses } from './dark-addresses';
import { emptyConnections } from './empty-connections';
import { flowRate } from './flow-rate';
import { networkDialers } from './network-dialers';
import { networkSweep } from './network-sweep';
import { notSip } from './not-sip';
import { oneSocket } from './one-socket';
import { pbxAccountList } from './pbx-account-list';
import { pbxFlood } from './pbx-flood';
import { pbxPasswordGuessing } from './pbx-password-guessing';
import { pbxScannerAgent } from './pbx-scanner-agent';
import { pbxUnknownAccounts } from './pbx-unknown-accounts';
import { pbxUnregisteredCalls } from './pbx-unregistered-calls';
import { pbxWrongPassword } from './pbx-wrong-password';
import { portChurn } from './port-churn';
import { portSpread } from './port-spread';
import { repeatedAnswers } from './repeated-answers';
import type { Rule } from './rule';
import { tripwirePort } from './tripwire-port';
import { unfinishedRequests } from './unfinished-requests';

/** All rules, in the order in which their evidence is listed. */
export const RULES: readonly Rule[] = [
  darkAddresses,
  closedPolicy,
  oneSocket,
  repeatedAnswers,
  flowRate,
  unfinishedRequests,
  portChurn,
  portSpread,
  notSip,
  emptyConnections,
  tripwirePort,
  pbxUnknownAccounts,
  pbxPasswordGuessing,
  pbxAccountList,
  pbxScannerAgent,
  pbxUnregisteredCalls,
  pbxFlood,
  pbxWrongPassword,
  networkSweep,
  networkDialers,
];

export type { Finding, NetworkRule, Rule, RuleInput, SourceRule, Threshold } from './rule';
