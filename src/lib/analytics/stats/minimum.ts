/** Where a search for a minimum ended. */
export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

/** The lower of two minima; the first on a tie. */
export function lower(a: Minimum, b: Minimum): Minimum {
  return b.value < a.value ? b : a;
}
