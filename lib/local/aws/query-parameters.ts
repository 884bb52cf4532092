import { ServiceError } from './service-error';

/** Most members of a list that are read: a guard against a hostile index, far beyond what a caller needs. */
const MOST_MEMBERS = 1000;

/** A name and its ancestors, as deep as the deepest list that is read (`Filter.1.Value.1`). */
function pathsOf(name: string): string[] {
  const segments = name.split('.', 5).slice(0, 4);
  return segments.map((_, index) => segments.slice(0, index + 1).join('.'));
}

/** Typed access to a form-encoded body. An empty value counts as absent, as it does at AWS. */
export class QueryParameters {
  readonly #values: ReadonlyMap<string, string>;
  /** Every path that has a value, and its ancestors: `Filter.1` for `Filter.1.Name`. */
  readonly #paths: ReadonlySet<string>;

  constructor(body: string) {
    this.#values = new Map(new URLSearchParams(body));
    this.#paths = new Set([...this.#values.keys()].flatMap(pathsOf));
  }

  /** The value of a parameter. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === '' ? undefined : value;
  }

  /** The value as a whole number; anything else is `InvalidParameterValue`. */
  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (/^[+-]?\d{1,10}$/.test(value)) return Number(value);
    throw new ServiceError(
      'InvalidParameterValue',
      `Invalid value '${value}' for ${name}. Must be an integer.`,
    );
  }

  /** The value as `true` or `false`; anything else is `InvalidParameterValue`. */
  boolean(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (value === 'true' || value === 'false') return value === 'true';
    throw new ServiceError(
      'InvalidParameterValue',
      `Invalid value '${value}' for ${name}. Must be true or false.`,
    );
  }

  /** The values `name.1`, `name.2`, … up to the first gap. */
  list(name: string): string[] {
    return this.members(name).flatMap((at) => this.text(at) ?? []);
  }

  /** The paths `name.1`, `name.2`, … that have a value or something below them. */
  members(name: string): string[] {
    const paths: string[] = [];
    for (let index = 1; index <= MOST_MEMBERS && this.#paths.has(`${name}.${index}`); index += 1) {
      paths.push(`${name}.${index}`);
    }
    return paths;
  }

  /** `UnknownParameter` for a parameter whose first segment is not known: it catches misspelled names. */
  rejectUnknown(known: readonly string[]): void {
    for (const name of this.#values.keys()) {
      if (!known.includes(name.split('.', 1)[0] ?? '')) {
        throw new ServiceError('UnknownParameter', `The parameter ${name} is not recognized`);
      }
    }
  }

  /** All parameters but those that name the action, for the call log. */
  toObject(): Record<string, string> {
    return Object.fromEntries([...this.#values].filter(([name]) => name !== 'Action' && name !== 'Version'));
  }
}
