import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** A secret that is there but holds no text. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/** Reads secrets and keeps them for a while, so that a rotated one counts soon and not every request asks. */
export class SecretReader {
  readonly #kept = new Map<string, { readonly text: string; readonly readAtMs: number }>();

  /** @param keepMs how long a secret is kept, milliseconds; @param clock epoch milliseconds */
  constructor(
    private readonly client: SecretsManagerClient,
    private readonly keepMs: number,
    private readonly clock: () => number,
  ) {}

  /**
   * The text of a secret, by its ARN or name.
   * @throws SecretError where it has none, and whatever Secrets Manager answers
   */
  async text(id: string): Promise<string> {
    const kept = this.#kept.get(id);
    if (kept !== undefined && this.clock() - kept.readAtMs < this.keepMs) return kept.text;
    const { SecretString: text } = await this.client.send(new GetSecretValueCommand({ SecretId: id }));
    if (text === undefined || text === '') throw new SecretError(`the secret ${id} holds no text`);
    this.#kept.set(id, { text, readAtMs: this.clock() });
    return text;
  }
}
