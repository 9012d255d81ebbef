/**
 * Columns known beside the values: one entry per training row, then one per step ahead as far as they are
 * known. A fit reads the rows of its values, a forecast those after them.
 */
export interface Regressors {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
}

/** Orders of `arima` and `sarima` that are given; the others are searched. */
export interface ArimaOptions {
  /** p, d, q. */
  readonly order?: readonly [number, number, number] | undefined;
  /** P, D, Q. */
  readonly seasonal?: readonly [number, number, number] | undefined;
  /** Whether there is a mean (no differences) or a drift (one). */
  readonly constant?: boolean | undefined;
  /** Default stepwise. */
  readonly search?: 'stepwise' | 'full' | undefined;
}

/** How `regression` grows trees on what its linear part leaves over. */
export interface TreeOptions {
  /** Trees at most; fewer where more do not help on rows held back. */
  readonly trees?: number | undefined;
  readonly maxDepth?: number | undefined;
  readonly learningRate?: number | undefined;
  /** Whether forecasts aim at the mean or the median. Default squared. */
  readonly loss?: 'squared' | 'absolute' | undefined;
}

/** What a model may be told besides the values. */
export interface ModelOptions {
  /** Length of the season in steps; 1 = none. */
  readonly season: number;
  /** Lengths of several seasons, `season` among them, for models that take them all. */
  readonly seasons?: readonly number[] | undefined;
  /** Rows that a moving average looks back over. */
  readonly window?: number | undefined;
  /** Smoothing weight of `ses`, between 0 and 1; estimated when absent. */
  readonly alpha?: number | undefined;
  /** The form of `ets`: letters for error, trend and season as in R, Z for the lowest AICc. Default ZZZ. */
  readonly form?: string | undefined;
  /** Whether the trend of `holt` and `holt_winters` flattens out, default false; of `ets`, default both are tried. */
  readonly damped?: boolean | undefined;
  /** How the season of `holt_winters` enters; chosen by AICc when absent. */
  readonly seasonal?: 'additive' | 'multiplicative' | undefined;
  /** Rows that `regression` looks back at, [] = none; one and a season when absent. */
  readonly lags?: readonly number[] | undefined;
  /** What `regression` is made of besides a linear part; nothing when absent. */
  readonly trees?: TreeOptions | undefined;
  readonly arima?: ArimaOptions | undefined;
  /** Whether `theta` is the dynamic optimised form. Default false. */
  readonly optimised?: boolean | undefined;
  readonly regressors?: Regressors | undefined;
  /** Milliseconds since 1970 of each training row, then of each step ahead; absent where rows are only numbered. */
  readonly times?: Float64Array | undefined;
}

/** The days ahead as a model sees them. All lists have one entry per step. */
export interface Forecast {
  readonly yhat: Float64Array;
  /** One standard deviation of the forecast error below and above; bands are multiples of these. */
  readonly below: Float64Array;
  readonly above: Float64Array;
}

/** One form that an automatic choice considered. */
export interface Attempt {
  readonly description: string;
  /** Infinity where the form could not be fitted or was refused. */
  readonly aicc: number;
  /** Why it was refused; empty otherwise. */
  readonly note: string;
}

/** What a fit is made of, one entry per training row; a part that a model lacks is left out. */
export interface Components {
  readonly level?: Float64Array;
  readonly trend?: Float64Array;
  readonly seasonal?: Float64Array;
  /** The parts of `seasonal`, where several seasons add up to it. */
  readonly seasons?: readonly { readonly length: number; readonly values: Float64Array }[];
}

/** A model fitted to one series. */
export interface Fitted {
  /** One-step forecast of each training row; NaN where there is none. */
  readonly fitted: Float64Array;
  /** Value minus `fitted`; NaN where there is none. */
  readonly residuals: Float64Array;
  readonly description: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** Variance of the one-step errors (relative errors where the model multiplies them). */
  readonly sigma2: number;
  /** NaN where the model has no likelihood. */
  readonly logLikelihood: number;
  readonly aicc: number;
  /** Standard errors of those parameters that have one. */
  readonly standardErrors?: Readonly<Record<string, number>>;
  /** What an automatic choice tried, the best first. */
  readonly tried?: readonly Attempt[];
  readonly components?: Components;
  forecast(horizon: number): Forecast;
}

/**
 * One way to forecast. A model is a value with a name; a new one is a file here and a line in `models.ts`.
 * `fit` is given at least `needs(options)` finite values at equal steps, and may use the result of an
 * earlier fit to a beginning of the same series as the start of its search.
 */
export interface Model {
  readonly name: string;
  /** Whether it does nothing new without a season. */
  readonly seasonal: boolean;
  needs(options: ModelOptions): number;
  fit(values: Float64Array, options: ModelOptions, earlier?: Fitted): Fitted;
  /** The fit to the whole series after its backtest, for models whose `fit` with an earlier one is bound by its choices. */
  again?(values: Float64Array, options: ModelOptions, earlier: Fitted): Fitted;
}
