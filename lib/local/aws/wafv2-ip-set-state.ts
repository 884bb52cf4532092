/**
 * WAFv2 IP sets: a pure state machine, without HTTP. Sources: AWS WAFV2 API Reference, the page of each action and
 * exception; AWS WAF Developer Guide, *AWS WAF quotas*.
 */
import type { Identifiers } from './identifiers';
import { constraintViolated, tooManySets, validateAddresses } from './ip-set';
import type { IpAddressVersion, IpSet, Scope } from './ip-set';
import { ServiceError } from './service-error';

/** Settings of the account that the state plays. */
export interface IpSetStateOptions {
  /** IP sets per account and Region, each scope by itself (*AWS WAF quotas*). @default 100 */
  readonly setsPerScope?: number;
  /** For ARNs. @default '111111111111' */
  readonly accountId?: string;
  /** For ARNs of REGIONAL sets. @default 'us-east-1' */
  readonly region?: string;
}

/** Names one set: all three must fit, or the set does not exist. */
export interface IpSetReference {
  readonly Name: string;
  readonly Scope: Scope;
  readonly Id: string;
}

/** Parameters of CreateIPSet; addresses are checked here. */
export interface IpSetCreation extends Omit<IpSetReference, 'Id'> {
  readonly IPAddressVersion: IpAddressVersion;
  readonly Addresses: unknown;
  readonly Description?: string | undefined;
}

/** Parameters of UpdateIPSet: the whole new content and the token of the last read. */
export interface IpSetUpdate extends IpSetReference {
  readonly Addresses: unknown;
  readonly LockToken: string;
  readonly Description?: string | undefined;
}

/** A page of ListIPSets; no marker on the last page. */
export interface IpSetPage {
  readonly sets: readonly IpSet[];
  readonly nextMarker?: string;
}

const OPTIMISTIC_LOCK =
  'AWS WAF couldn’t save your changes because someone changed the resource after you started to edit it. Reapply your changes.';

/** All IP sets of one account and Region, both scopes. */
export class IpSetState {
  readonly #sets = new Map<string, IpSet>();
  readonly #setsPerScope: number;
  readonly #accountId: string;
  readonly #region: string;

  constructor(
    private readonly identifiers: Identifiers,
    { setsPerScope = 100, accountId = '111111111111', region = 'us-east-1' }: IpSetStateOptions = {},
  ) {
    this.#setsPerScope = setsPerScope;
    this.#accountId = accountId;
    this.#region = region;
  }

  /** All sets of a scope by name. */
  list(scope: Scope): readonly IpSet[] {
    return [...this.#sets.values()]
      .filter((set) => set.Scope === scope)
      .sort((a, b) => (a.Name < b.Name ? -1 : 1));
  }

  /** *CreateIPSet*: a name is taken once per scope. */
  create({ Name, Scope, IPAddressVersion, Addresses, Description }: IpSetCreation): IpSet {
    const addresses = validateAddresses(Addresses, IPAddressVersion);
    const sets = this.list(Scope);
    if (sets.some((set) => set.Name === Name)) {
      throw new ServiceError(
        'WAFDuplicateItemException',
        'AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.',
      );
    }
    if (sets.length >= this.#setsPerScope) throw tooManySets(this.#setsPerScope);
    const Id = this.identifiers.uuid();
    const ARN = this.#arn(Name, Scope, Id);
    return this.#keep({ Name, Id, ARN, Scope, IPAddressVersion, Addresses: addresses, Description });
  }

  /** *GetIPSet*. */
  get({ Name, Scope, Id }: IpSetReference): IpSet {
    const set = this.#sets.get(Id);
    if (set?.Name === Name && set.Scope === Scope) return set;
    throw new ServiceError(
      'WAFNonexistentItemException',
      'AWS WAF couldn’t perform the operation because your resource doesn’t exist.',
    );
  }

  /**
   * *UpdateIPSet*: "completely replaces the mutable specifications", so a description that is left out is gone. Each
   * update makes a new lock token; an older one is `WAFOptimisticLockException`.
   */
  update(request: IpSetUpdate): IpSet {
    const current = this.get(request);
    const Addresses = validateAddresses(request.Addresses, current.IPAddressVersion);
    this.#checkLock(current, request.LockToken);
    return this.#keep({ ...current, Addresses, Description: request.Description });
  }

  /** *DeleteIPSet*. */
  delete(request: IpSetReference & { readonly LockToken: string }): void {
    const current = this.get(request);
    this.#checkLock(current, request.LockToken);
    this.#sets.delete(current.Id);
  }

  /** *ListIPSets*: by name; the marker is the last name of the page before. */
  page(scope: Scope, limit = 100, marker = ''): IpSetPage {
    if (limit < 1 || limit > 100) throw constraintViolated('limit', 'Member must be between 1 and 100');
    const rest = this.list(scope).filter((set) => set.Name > marker);
    const sets = rest.slice(0, limit);
    const last = sets.at(-1);
    return rest.length > sets.length && last ? { sets, nextMarker: last.Name } : { sets };
  }

  /** Keeps a set under a new lock token. */
  #keep(set: Omit<IpSet, 'LockToken'>): IpSet {
    const kept = { ...set, LockToken: this.identifiers.uuid() };
    this.#sets.set(kept.Id, kept);
    return kept;
  }

  #checkLock(set: IpSet, lockToken: string): void {
    if (set.LockToken !== lockToken) throw new ServiceError('WAFOptimisticLockException', OPTIMISTIC_LOCK);
  }

  #arn(name: string, scope: Scope, id: string): string {
    const [region, folder] = scope === 'REGIONAL' ? [this.#region, 'regional'] : ['us-east-1', 'global'];
    return `arn:aws:wafv2:${region}:${this.#accountId}:${folder}/ipset/${name}/${id}`;
  }
}
