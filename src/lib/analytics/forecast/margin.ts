/** By how much one model was better than another, on the same trials. */
export interface Margin {
  /** Mean of `theirs` less `ours`: positive where ours was better. */
  readonly mean: number;
  /** Standard error of that mean; NaN with one trial. */
  readonly error: number;
  readonly trials: number;
  /** In how many trials ours had the smaller error. */
  readonly better: number;
}

/**
 * The paired difference of two models' errors, one entry per trial (an origin, or a series); trials that
 * either lacks are left out. The standard error takes trials for independent, which origins that overlap are
 * not: it is then too small. Null without a trial in common. O(n).
 */
export function marginOf(ours: ArrayLike<number>, theirs: ArrayLike<number>): Margin | null {
  const differences: number[] = [];
  for (let i = 0; i < ours.length; i++) {
    const difference = theirs[i]! - ours[i]!;
    if (Number.isFinite(difference)) differences.push(difference);
  }
  const trials = differences.length;
  if (trials === 0) return null;
  const mean = differences.reduce((sum, d) => sum + d, 0) / trials;
  const squares = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0);
  return {
    mean,
    error: trials > 1 ? Math.sqrt(squares / (trials - 1) / trials) : Number.NaN,
    trials,
    better: differences.filter((d) => d > 0).length
  };
}

/** Whether the margin is more than chance would give: beyond twice its standard error. */
export function isClear({ mean, error }: Margin): boolean {
  return Math.abs(mean) > 2 * error;
}
