/** The form of an exponential smoothing model, as Hyndman et al. (2008) name them: error, trend, season. */
export interface SmoothingForm {
  readonly error: 'A' | 'M';
  readonly trend: 'N' | 'A' | 'Ad';
  readonly seasonal: 'N' | 'A' | 'M';
  /** Rows of a season; 1 when `seasonal` is N. */
  readonly season: number;
}

/** Written as the `forecast` kind writes it: ETS(M,Ad,M). */
export function describeForm({ error, trend, seasonal }: SmoothingForm): string {
  return `ETS(${error},${trend},${seasonal})`;
}

/** Three letters for error, trend and season as in R's `ets`; Z leaves the choice open. */
export interface FormRequest {
  readonly letters: string;
  /** Whether a trend is damped; both are tried when absent. */
  readonly damped?: boolean | undefined;
  /** Rows of a season. */
  readonly season: number;
  /** Whether all values are above zero; else multiplicative parts are not defined. */
  readonly positive: boolean;
}

/**
 * The forms that a request allows, simplest first: at most the 15 that R's `ets` considers (no multiplicative
 * trend; a multiplicative season only with multiplicative errors). A part that the series cannot have
 * (a season of one row, a multiplicative part of values that are not positive) gives way to the nearest it can.
 */
export function formsOf({ letters, damped, season, positive }: FormRequest): SmoothingForm[] {
  const errors = choices(letters[0]!, ['A', 'M']).filter((error) => positive || error === 'A');
  const trends = choices(letters[1]!, ['N', 'A']).flatMap((trend): SmoothingForm['trend'][] => {
    if (trend === 'N') return ['N'];
    return damped === undefined ? ['A', 'Ad'] : [damped ? 'Ad' : 'A'];
  });
  const seasonals = choices(letters[2]!, ['N', 'A', 'M']).filter(
    (seasonal) => seasonal === 'N' || (season > 1 && (positive || seasonal === 'A'))
  );
  if (seasonals.length === 0) seasonals.push(season > 1 ? 'A' : 'N');
  const forms: SmoothingForm[] = [];
  for (const seasonal of seasonals) {
    for (const trend of trends) {
      for (const error of errors.length > 0 ? errors : (['A'] as const)) {
        if (error === 'A' && seasonal === 'M') continue;
        forms.push({ error, trend, seasonal, season: seasonal === 'N' ? 1 : season });
      }
    }
  }
  return forms;
}

function choices<T extends string>(letter: string, all: readonly T[]): T[] {
  return letter === 'Z' ? [...all] : all.filter((one) => one === letter);
}
