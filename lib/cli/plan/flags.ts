import { ADDRESS_BITS, AddressError, CidrSet, parseCidr } from '../../../lambda/address';
import { type FilterSetPolicy, MAX_SLOTS, MOST_WORTH } from '../../../lambda/filter-set';
import { UsageError } from '../support/errors';

/** The flags as commander gives them: text. */
export interface PlanFlags {
  readonly slots: string;
  readonly allow?: readonly string[];
  readonly current?: string;
  readonly maxWidth?: string;
  readonly stability?: string;
  readonly collateralCost?: string;
  readonly minSources?: string;
  readonly minDensity?: string;
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly explain?: boolean;
}

/** What to plan with. */
export interface PlanSettings {
  /** Most entries of each family. */
  readonly slots: number;
  readonly allowlist: CidrSet;
  readonly policy: FilterSetPolicy;
}

/** @throws UsageError that names the flag, the value and the bound */
export function planSettings(flags: PlanFlags): PlanSettings {
  const width =
    flags.maxWidth === undefined
      ? undefined
      : number('--max-width', flags.maxWidth, 0, ADDRESS_BITS[6], true);
  return {
    slots: number('--slots', flags.slots, 0, MAX_SLOTS, true),
    allowlist: allowlist(flags.allow ?? []),
    policy: {
      maxWidth: { 4: Math.min(width ?? 24, ADDRESS_BITS[4]), 6: width ?? 48 },
      stability: number('--stability', flags.stability ?? '0', 0),
      collateralCost: number('--collateral-cost', flags.collateralCost ?? '1e-6', 0),
      minSources: number('--min-sources', flags.minSources ?? '1', 0, Number.MAX_SAFE_INTEGER, true),
      minDensity: number('--min-density', flags.minDensity ?? '0', 0, 1),
    },
  };
}

const NUMBER = /^\d*\.?\d+(?:[eE][+-]?\d+)?$/;

function number(flag: string, text: string, low: number, high = MOST_WORTH, whole = false): number {
  const value = NUMBER.test(text) ? Number(text) : NaN;
  if (value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
  const bound = high === Number.MAX_SAFE_INTEGER ? `from ${low} up` : `from ${low} to ${high}`;
  throw new UsageError(`${flag} ${text}: must be a ${whole ? 'whole ' : ''}number ${bound}`);
}

function allowlist(texts: readonly string[]): CidrSet {
  return CidrSet.of(
    texts.map((text) => {
      try {
        return parseCidr(text);
      } catch (error) {
        throw error instanceof AddressError ? new UsageError(`--allow ${error.message}`) : error;
      }
    }),
  );
}
