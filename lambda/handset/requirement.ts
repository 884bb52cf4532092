import type { Alternative, Requirement } from './types';

/** RFC 3261 section 19.1.2: the port that every scanner tries first. */
const USUAL_SIP_PORT = '5060';

/** A setting that must have exactly this value. */
export function equals(key: string, value: string, note?: string): Alternative {
  const wanted = value.toLowerCase();
  return {
    key,
    want: value,
    accepts: (found) => found.trim().toLowerCase() === wanted,
    ...(note !== undefined && { note }),
  };
}

/** A port that is set, and is not the one that every scanner tries first. */
export function movedPort(key: string, note?: string): Alternative {
  return {
    key,
    want: 'a port other than 5060',
    accepts: (found) => isPort(found.trim()) && found.trim() !== USUAL_SIP_PORT,
    ...(note !== undefined && { note }),
  };
}

/** A URL that is set. */
export function someUrl(key: string, note?: string): Alternative {
  return {
    key,
    want: 'the URL of current firmware',
    accepts: (found) => /^[a-z]+:\/\/./i.test(found.trim()),
    ...(note !== undefined && { note }),
  };
}

/** The requirement that the phone's own SIP port is moved. */
export function portMoved(level: Requirement['level'], ...anyOf: Alternative[]): Requirement {
  return { what: 'listens on another port than the one scanners try first', level, anyOf };
}

/** The requirement that firmware is kept current. */
export function firmwareKept(...anyOf: Alternative[]): Requirement {
  return { what: 'fetches current firmware', level: 'recommended', anyOf };
}

function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
}
