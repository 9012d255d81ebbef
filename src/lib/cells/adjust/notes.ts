/** What a backtest compares. */
export type Loss = 'cost' | 'error' | 'shortage';

/** What a replay gives with a change, and without. */
export type Pair = readonly [number, number];

/** What the gate says of a change, as a code with its figures: the view has the words, and the journal its own text. */
export type GateNote =
  | { readonly code: 'passed' | 'superseded' | 'no-number' | 'no-change' | 'no-replay' | 'first' }
  | {
      readonly code: 'bounded';
      readonly by: 'max_change' | 'min' | 'max';
      /** Percent of `max_change`, else the bound. */
      readonly limit: number;
      readonly wanted: number;
    }
  | { readonly code: 'cooldown'; readonly since: number; readonly of: number }
  | { readonly code: 'limit'; readonly count: number; readonly most: number }
  /** Of figures by item: how many change, and how many of these a bound of so many percent holds. */
  | {
      readonly code: 'items';
      readonly changed: number;
      readonly of: number;
      readonly held: number;
      readonly percent: number | null;
    }
  /** Windows to compare on are too few. */
  | { readonly code: 'few'; readonly windows: number }
  | { readonly code: 'tried'; readonly items: number; readonly of: number }
  | { readonly code: 'no-model'; readonly forecast: string; readonly model: string }
  | BacktestNote
  /** Written by hand, or by another version. */
  | { readonly code: 'said'; readonly text: string };

export interface BacktestNote {
  readonly code: 'backtest';
  readonly passed: boolean;
  readonly reason: 'better' | 'same' | 'worse' | 'too-little' | 'by-chance';
  readonly loss: Loss;
  readonly windows: number;
  /** By how many percent the loss is lower, or higher; null where it was 0. */
  readonly percent: number | null;
  readonly lower: boolean;
  readonly p: number | null;
}

/** What became of a change, or would have. */
export type EffectNote =
  | { readonly code: 'state'; readonly state: string; readonly after: number }
  | {
      readonly code: 'replayed';
      /** Over the periods since; else over those before. */
      readonly since: boolean;
      readonly periods: number;
      /** Absent: nothing happened to be measured. */
      readonly fillRate?: Pair;
      readonly cycleService?: Pair;
      readonly averageStock?: Pair;
      readonly costPerPeriod?: Pair;
    }
  | { readonly code: 'restored' }
  | { readonly code: 'not-restored'; readonly until: string }
  /** Of a person, or why it failed. */
  | { readonly code: 'said'; readonly text: string };
