/** What a filter says of one or more columns that follow the same process. */
export interface Innovations {
  /** One-step errors of each column at each row; NaN where a value is missing or not yet predictable. */
  readonly errors: readonly Float64Array[];
  /** Variance of those errors in units of σ². */
  readonly variances: Float64Array;
  /** Rows with an error. */
  readonly count: number;
  /** Σ ln variance over those rows. */
  readonly logVariances: number;
}

/** The state after the last row, one step ahead. */
export interface LastState {
  readonly mean: Float64Array;
  /** Its covariance in units of σ², row-major. */
  readonly covariance: Float64Array;
}
