/** A detection policy that cannot be meant. The message quotes the value and the bound. */
export class DetectionPolicyError extends Error {
  override readonly name = 'DetectionPolicyError';
}
