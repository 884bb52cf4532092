/**
 * Freezes plain data in place, all the way down, and returns it. Data that is frozen already is taken to be frozen all
 * the way: what goes round between the ledger and its callers is walked once.
 */
export function deepFreeze<T>(data: T): T {
  if (typeof data !== 'object' || data === null || Object.isFrozen(data)) return data;
  // Plain data inherits nothing enumerable, and for-in makes no array of what it goes through: replay freezes millions.
  for (const name in data) deepFreeze(data[name]);
  return Object.freeze(data);
}
