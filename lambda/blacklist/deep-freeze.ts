/**
 * Freezes plain data in place, all the way down, and returns it. Data that is frozen already is taken to be frozen all
 * the way: what goes round between the ledger and its callers is walked once.
 */
export function deepFreeze<T>(data: T): T {
  if (typeof data !== 'object' || data === null || Object.isFrozen(data)) return data;
  Object.freeze(data);
  for (const value of Object.values(data)) deepFreeze<unknown>(value);
  return data;
}
