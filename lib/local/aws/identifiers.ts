/** Makes identifiers in AWS's forms from a counter: unique within one endpoint and the same in every run. */
export class Identifiers {
  #last = 0;

  /** `acl-00000000000000001`, as EC2's long resource IDs: 17 hexadecimal digits. */
  resource(prefix: string): string {
    return `${prefix}-${this.#nextHex(17)}`;
  }

  /** A UUID: request IDs, IP set IDs and lock tokens. */
  uuid(): string {
    return `00000000-0000-4000-8000-${this.#nextHex(12)}`;
  }

  #nextHex(digits: number): string {
    this.#last += 1;
    return this.#last.toString(16).padStart(digits, '0');
  }
}
