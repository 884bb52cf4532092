import { ReadFailure } from './finding';

/** Names the permission that a call takes in what it fails with. */
export async function asked<T>(action: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new ReadFailure(action, error instanceof Error ? error : new Error(String(error)));
  }
}

/** Pages that never end would keep the doctor for ever. */
const MOST_PAGES = 200;

/** Every page of an answer. */
export async function pages<T>(
  read: (
    token: string | undefined,
  ) => Promise<{ readonly items: readonly T[]; readonly next: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, next } = await read(token);
    all.push(...items);
    if (next === undefined || next === '') return all;
    token = next;
  }
  throw new Error(`more than ${MOST_PAGES} pages of answers`);
}

/** Undefined for what is not there. @throws anything else */
export function unlessMissing(error: unknown): undefined {
  if (error instanceof ReadFailure && error.cause.name === 'ResourceNotFoundException') return undefined;
  throw error;
}
