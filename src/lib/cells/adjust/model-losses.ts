import { isMissing, vectorOf, type Columns } from '#lib/base/columns.ts';
import type { Span } from '#lib/base/problem.ts';
import { eventTimes } from '#lib/analytics/stream/event-time.ts';
import { isNumeric, keyLabel } from '#lib/analytics/time/panel.ts';
import { fail } from '#lib/problems/index.ts';
import type { GateNote } from './notes.ts';

export interface PairedWindows {
  readonly champion: Float64Array;
  readonly challenger: Float64Array;
  /** Windows that one error may reach over. */
  readonly overlap: number;
}

interface Origin {
  readonly at: number;
  last: number;
  /** Scaled absolute errors by model: sum and count. */
  readonly sums: Map<string, { sum: number; count: number }>;
}

/**
 * The backtest of a forecast as paired losses of two models: mean absolute error by origin over series and steps, each
 * series measured by the mean size of its actuals. Windows count once their last row was known.
 */
export class ModelLosses {
  readonly #name: string;
  readonly #origins: readonly Origin[];
  readonly #models = new Set<string>();

  constructor(name: string, backtest: Columns, span: Span | undefined) {
    this.#name = name;
    const at = backtest.names.indexOf('origin');
    const model = vectorOf(backtest, 'model');
    const [actual, yhat] = [vectorOf(backtest, 'actual'), vectorOf(backtest, 'yhat')];
    if (at < 0 || !model || !actual || !yhat || !isNumeric(actual) || !isNumeric(yhat)) {
      throw fail('adjust.no-forecast', { name }, span);
    }
    const keys = backtest.vectors.slice(0, at);
    const origins = eventTimes(backtest, 'origin', `${name}_backtest`);
    const times = eventTimes(backtest, backtest.names[at + 1]!, `${name}_backtest`);
    const labels = Array.from({ length: backtest.length }, (_, row) => keyLabel(keys, row));
    const scales = meanSizes(labels, actual.values);
    const found = new Map<number, Origin>();
    for (let row = 0; row < backtest.length; row++) {
      if (isMissing(actual, row) || isMissing(yhat, row)) continue;
      const tried = keyLabel([model], row);
      this.#models.add(tried);
      const origin: Origin = found.get(origins[row]!) ?? {
        at: origins[row]!,
        last: -Infinity,
        sums: new Map()
      };
      found.set(origin.at, origin);
      origin.last = Math.max(origin.last, times[row]!);
      const own = origin.sums.get(tried) ?? { sum: 0, count: 0 };
      own.sum += Math.abs(actual.values[row]! - yhat.values[row]!) / scales.get(labels[row]!)!;
      own.count++;
      origin.sums.set(tried, own);
    }
    this.#origins = [...found.values()].sort((a, b) => a.at - b.at);
  }

  /** Whether a name is that of a model in the backtest. */
  tried(model: string): boolean {
    return this.#models.has(model);
  }

  /** The last windows before a time at which both were tried on the same rows, or why there is nothing to compare. */
  of(
    champion: string,
    challenger: string,
    time: number,
    windows: number
  ): PairedWindows | GateNote {
    for (const model of [champion, challenger]) {
      if (!this.#models.has(model)) return { code: 'no-model', forecast: this.#name, model };
    }
    const both = this.#origins.filter(({ last, sums }) => {
      const [a, b] = [sums.get(champion), sums.get(challenger)];
      return last <= time && a && b && a.count === b.count;
    });
    const kept = both.slice(-windows);
    const loss = (model: string) =>
      Float64Array.from(kept, ({ sums }) => sums.get(model)!.sum / sums.get(model)!.count);
    const reach = kept.map(({ at, last }) => kept.filter((o) => o.at >= at && o.at < last).length);
    return {
      champion: loss(champion),
      challenger: loss(challenger),
      overlap: Math.max(1, ...reach)
    };
  }
}

function meanSizes(labels: readonly string[], values: Float64Array): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  labels.forEach((label, row) => {
    const own = sums.get(label) ?? { sum: 0, count: 0 };
    sums.set(label, { sum: own.sum + Math.abs(values[row]!), count: own.count + 1 });
  });
  return new Map([...sums].map(([label, { sum, count }]) => [label, sum / count || 1]));
}
