import type { Ledger } from '../../lambda/blacklist/ledger';
import { banContract } from './ledger-contract-bans';
import { detectionContract } from './ledger-contract-detection';
import { enforcementContract } from './ledger-contract-enforcement';
import { feedContract } from './ledger-contract-feeds';
import { legitimacyContract } from './ledger-contract-legitimacy';
import { operatorContract } from './ledger-contract-operator';

/** What every ledger does: run over each implementation, with a new empty one for each test. */
export function ledgerContract(create: () => Promise<Ledger>): void {
  detectionContract(create);
  banContract(create);
  enforcementContract(create);
  legitimacyContract(create);
  operatorContract(create);
  feedContract(create);
}
