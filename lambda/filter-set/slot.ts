import type { Cidr } from '../address';

/** A rule number and the block it denies. */
export interface SlotEntry {
  readonly ruleNumber: number;
  readonly cidr: Cidr;
}

/** One step from what the slots hold to what they should: `from` is absent in a create, `to` in a delete. */
export type SlotChange =
  | { readonly op: 'create'; readonly ruleNumber: number; readonly from?: never; readonly to: Cidr }
  | { readonly op: 'replace'; readonly ruleNumber: number; readonly from: Cidr; readonly to: Cidr }
  | { readonly op: 'delete'; readonly ruleNumber: number; readonly from: Cidr; readonly to?: never };
