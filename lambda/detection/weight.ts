/**
 * A weight that halves every `halfLifeSeconds`. A clock that goes backwards does not make it grow.
 * @param from epoch seconds the weight was taken at, @param to epoch seconds it is wanted for
 */
export function decayWeight(weight: number, from: number, to: number, halfLifeSeconds: number): number {
  return to <= from ? weight : weight * 2 ** ((from - to) / halfLifeSeconds);
}
