/** How a step of inflating ended; `gzip-inflater.ts` says the same in words, in the same order. */
export const enum Step {
  /** What was to be done is done. */
  Done,
  /** More bytes have to arrive. */
  NeedsInput,
  /** What is there has to be read, and made room. */
  IsFull,
  BadBlock,
  BadStored,
  TooManySymbols,
  BadLengths,
  BadRepeat,
  NoEnd,
  BadLiterals,
  BadDistances,
  NoLiteral,
  NoDistance,
  TooFar,
}
