import { darkAddresses } from './dark-addresses';
import { flowRate } from './flow-rate';
import { networkSweep } from './network-sweep';
import { portSpread } from './port-spread';
import { repeatedAnswers } from './repeated-answers';
import type { Rule } from './rule';

/** All rules, in the order in which their evidence is listed. */
export const RULES: readonly Rule[] = [darkAddresses, repeatedAnswers, flowRate, portSpread, networkSweep];

export type { Rule, RuleInput } from './rule';
