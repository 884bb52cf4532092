import { EnforcementView } from '../../../lambda/enforcement/enforcement-view';
import { type Connection, enforcementOptions, QUIET } from './connect';

/** The walls as they stand, and what one run of the enforcer would change: read, never written. */
export function readEnforcementView(connection: Connection): Promise<EnforcementView> {
  return EnforcementView.read(enforcementOptions(connection, QUIET));
}
