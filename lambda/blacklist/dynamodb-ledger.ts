import { DEFAULT_BAN_POLICY } from './ban-policy';
import { DynamoDbBanLedger } from './dynamodb-ban-ledger';
import { DynamoDbDetectionLedger } from './dynamodb-detection-ledger';
import { DynamoDbEnforcementLedger } from './dynamodb-enforcement-ledger';
import { DynamoDbFeedLedger } from './dynamodb-feed-ledger';
import { DynamoDbLegitimacyLedger } from './dynamodb-legitimacy-ledger';
import { DynamoDbOperatorLedger } from './dynamodb-operator-ledger';
import { DynamoDbTable, type TableOptions } from './dynamodb-table';
import type { Ledger } from './ledger';

/** What the ledger needs; see {@link TableOptions}. */
export interface DynamoDbLedgerOptions extends TableOptions {
  /** See `BanPolicy.decaySeconds`. @default that of the default ban policy */
  readonly decaySeconds?: number;
}

/**
 * The ledger in one DynamoDB table (see `dynamodb-keys.ts` for the items). No Scan, no transactions, no secondary index:
 * every read is consistent and complete, and every sequence of writes can be broken off anywhere and done again.
 */
export class DynamoDbLedger implements Ledger {
  readonly #detection: DynamoDbDetectionLedger;
  readonly #bans: DynamoDbBanLedger;
  readonly #legitimacy: DynamoDbLegitimacyLedger;
  readonly #enforcement: DynamoDbEnforcementLedger;
  readonly #operator: DynamoDbOperatorLedger;
  readonly #feeds: DynamoDbFeedLedger;

  constructor(options: DynamoDbLedgerOptions) {
    const table = new DynamoDbTable(options);
    this.#detection = new DynamoDbDetectionLedger(table);
    this.#bans = new DynamoDbBanLedger(table, options.decaySeconds ?? DEFAULT_BAN_POLICY.decaySeconds);
    this.#legitimacy = new DynamoDbLegitimacyLedger(table);
    const append: DynamoDbBanLedger['appendHistory'] = (key, entry) => this.#bans.appendHistory(key, entry);
    this.#enforcement = new DynamoDbEnforcementLedger(table, append);
    this.#operator = new DynamoDbOperatorLedger(table, append);
    this.#feeds = new DynamoDbFeedLedger(table);
  }

  recordContributions: Ledger['recordContributions'] = (...args) =>
    this.#detection.recordContributions(...args);
  contributionsOf: Ledger['contributionsOf'] = (...args) => this.#detection.contributionsOf(...args);
  sourceStates: Ledger['sourceStates'] = (...args) => this.#detection.sourceStates(...args);
  putSourceState: Ledger['putSourceState'] = (...args) => this.#detection.putSourceState(...args);
  networkStates: Ledger['networkStates'] = (...args) => this.#detection.networkStates(...args);
  putNetworkState: Ledger['putNetworkState'] = (...args) => this.#detection.putNetworkState(...args);
  answeringAddresses: Ledger['answeringAddresses'] = () => this.#detection.answeringAddresses();
  recordAnswers: Ledger['recordAnswers'] = (...args) => this.#detection.recordAnswers(...args);
  judgedThrough: Ledger['judgedThrough'] = () => this.#detection.judgedThrough();
  watchingSince: Ledger['watchingSince'] = () => this.#detection.watchingSince();
  startWatching: Ledger['startWatching'] = (...args) => this.#detection.startWatching(...args);
  advanceJudgedThrough: Ledger['advanceJudgedThrough'] = (...args) =>
    this.#detection.advanceJudgedThrough(...args);
  nextPendingWindow: Ledger['nextPendingWindow'] = (...args) => this.#detection.nextPendingWindow(...args);

  latestBans: Ledger['latestBans'] = (...args) => this.#bans.latestBans(...args);
  putBan: Ledger['putBan'] = (...args) => this.#bans.putBan(...args);
  updateBanWeight: Ledger['updateBanWeight'] = (...args) => this.#bans.updateBanWeight(...args);
  endBan: Ledger['endBan'] = (...args) => this.#bans.endBan(...args);
  bansInForce: Ledger['bansInForce'] = (...args) => this.#bans.bansInForce(...args);
  history: Ledger['history'] = (...args) => this.#bans.history(...args);

  recordLegitimate: Ledger['recordLegitimate'] = (...args) => this.#legitimacy.recordLegitimate(...args);
  legitimateSources: Ledger['legitimateSources'] = (...args) => this.#legitimacy.legitimateSources(...args);

  allowedCidrs: Ledger['allowedCidrs'] = () => this.#enforcement.allowedCidrs();
  allow: Ledger['allow'] = (...args) => this.#enforcement.allow(...args);
  disallow: Ledger['disallow'] = (...args) => this.#enforcement.disallow(...args);
  ownedEntries: Ledger['ownedEntries'] = (...args) => this.#enforcement.ownedEntries(...args);
  recordOwnedEntry: Ledger['recordOwnedEntry'] = (...args) => this.#enforcement.recordOwnedEntry(...args);
  forgetOwnedEntry: Ledger['forgetOwnedEntry'] = (...args) => this.#enforcement.forgetOwnedEntry(...args);
  acquireLease: Ledger['acquireLease'] = (...args) => this.#enforcement.acquireLease(...args);
  releaseLease: Ledger['releaseLease'] = (...args) => this.#enforcement.releaseLease(...args);
  gate: Ledger['gate'] = () => this.#enforcement.gate();
  paused: Ledger['paused'] = () => this.#enforcement.paused();
  setPaused: Ledger['setPaused'] = (...args) => this.#enforcement.setPaused(...args);

  hold: Ledger['hold'] = (...args) => this.#operator.hold(...args);
  releaseHold: Ledger['releaseHold'] = (...args) => this.#operator.releaseHold(...args);
  holds: Ledger['holds'] = () => this.#operator.holds();
  note: Ledger['note'] = (...args) => this.#operator.note(...args);
  lastRun: Ledger['lastRun'] = () => this.#operator.lastRun();
  recordRun: Ledger['recordRun'] = (...args) => this.#operator.recordRun(...args);

  putFeed: Ledger['putFeed'] = (...args) => this.#feeds.putFeed(...args);
  feed: Ledger['feed'] = (...args) => this.#feeds.feed(...args);
  feedsInForce: Ledger['feedsInForce'] = (...args) => this.#feeds.feedsInForce(...args);
  removeFeed: Ledger['removeFeed'] = (...args) => this.#feeds.removeFeed(...args);
}
