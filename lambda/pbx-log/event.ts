/**
 * What a PBX says of one source in one line of its log. The address is what the PBX saw on the packet; everything else
 * about the source was written by whoever sent it.
 */
export interface PbxEvent {
  readonly kind: PbxEventKind;
  /** Canonical text of the address. */
  readonly source: string;
  /**
   * Whether the line itself proves that somebody at the address listens: it came over a connection, or answered a
   * challenge that was made out to the address.
   */
  readonly proven: boolean;
  /** The account, the number dialled or the user agent, as the kind has it. */
  readonly name?: string;
  /** The nonce that we sent (`challenge`), or that the source answered (`refused`), where the line has it. */
  readonly nonce?: string;
}

/**
 * - `challenge`: we asked for a password
 * - `refused`: an answer with a wrong password
 * - `unknown`: a registration or an answer for an account that does not exist
 * - `success`: an answer with the right password
 * - `scanner`: a request with the user agent of a scanner
 * - `call`: a call by somebody who has not registered to a number that we do not have
 * - `stranger`: another request that belongs to no account
 * - `flood`: more requests than the PBX takes from one address
 */
export type PbxEventKind =
  'challenge' | 'refused' | 'unknown' | 'success' | 'scanner' | 'call' | 'stranger' | 'flood';

/**
 * What a parser makes of a line: an event; `unsafe` where the line is about a source and cannot be read without doubt;
 * undefined where it is about something else.
 */
export type ParsedPbxLine = PbxEvent | 'unsafe' | undefined;

/** Reads the body of one kind of line, without time and process in front of it. */
export type PbxLineParser = (body: string) => ParsedPbxLine;
