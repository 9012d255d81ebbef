import { mean } from '#lib/analytics/stats/descriptive.ts';
import { dieboldMariano } from './diebold-mariano.ts';

/** When a challenger may take the champion's place. */
export interface GateRule {
  /** One less the chance of passing while being no better; null: no test, and a challenger that is no worse passes. */
  readonly confidence: number | null;
  /** Share of the champion's loss that must at least be saved. */
  readonly leastGain: number;
  /** Fewer windows decide nothing. */
  readonly leastWindows: number;
}

export const usualRule = { confidence: 0.9, leastGain: 0, leastWindows: 4 } satisfies GateRule;

export interface Verdict {
  readonly passed: boolean;
  readonly reason: 'better' | 'same' | 'worse' | 'too-little' | 'by-chance' | 'too-few';
  readonly windows: number;
  /** Mean losses, in the unit they were given in. */
  readonly champion: number;
  readonly challenger: number;
  /** Share of the champion's loss that is saved; negative where more is lost. NaN without windows, −Infinity where the champion lost nothing. */
  readonly gain: number;
  /** Chance of so great a saving where there is none: one-sided Diebold–Mariano, small samples corrected. */
  readonly p: number;
}

/**
 * Champion against challenger on the same windows: the challenger passes if there are `leastWindows` at least, its mean
 * loss is lower by more than nothing and by `leastGain` of the champion's at least, and a paired one-sided test
 * (`dieboldMariano`) gives so great a saving a chance of at most 1 − `confidence`. Without a confidence there is no test,
 * and a draw passes unless a saving is asked for. `overlap` says over how many windows
 * one forecast error reaches. Losses are not negative, one per window, in order of time. O(n·overlap).
 */
export function judgeLosses(
  champion: Float64Array,
  challenger: Float64Array,
  { confidence, leastGain, leastWindows }: GateRule = usualRule,
  overlap = 1
): Verdict {
  const windows = champion.length;
  const [before, after] = [mean(champion), mean(challenger)];
  const gain = before > 0 ? 1 - after / before : after > 0 ? Number.NEGATIVE_INFINITY : 0;
  const facts = { windows, champion: before, challenger: after };
  if (windows < Math.max(2, leastWindows)) {
    const known = windows > 0 ? gain : Number.NaN;
    return { ...facts, passed: false, reason: 'too-few', gain: known, p: 1 };
  }
  const { p } = dieboldMariano(
    champion.map((loss, i) => loss - challenger[i]!),
    overlap
  );
  const reason =
    after === before
      ? 'same'
      : after > before
        ? 'worse'
        : gain < leastGain
          ? 'too-little'
          : confidence !== null && p > 1 - confidence + 1e-12
            ? 'by-chance'
            : 'better';
  const ties = confidence === null && leastGain <= 0 && reason === 'same';
  return { ...facts, passed: reason === 'better' || ties, reason, gain, p };
}
