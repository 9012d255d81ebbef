import { ControlChart } from './control-chart.ts';
import { ewmaRunLength } from './ewma-run-length.ts';
import { short, type DetectorOptions, type Judged, type Method } from './stream-detector.ts';

const weight = 0.2;

/**
 * An EWMA control chart (Roberts 1959) of self-started normal deviates u (Hawkins 1987): z = λu + (1 − λ)z,
 * and the score is z over its exact deviation √(λ/(2 − λ)·(1 − (1 − λ)^2t)), λ = 0.2. Finds lasting shifts of
 * half to one and a half standard deviations. After an anomaly the level is learnt anew. O(1).
 */
export const ewma: Method = {
  threshold: 3,
  season: 'none',
  refractory: 0,
  startsOver: true,
  make: (options) => new Ewma(options)
};

/** The state is the average, and (1 − λ)^2t of the windows charted so far. */
class Ewma extends ControlChart {
  constructor(options: DetectorOptions) {
    super(options, [0, 1], (falseAlarms) => ewmaLimit(falseAlarms, weight));
  }

  protected chart(value: number, limit: number): Judged {
    const { past } = this;
    const [average, before] = this.state;
    const faded = before * (1 - weight) ** 2;
    const deviation = Math.sqrt((weight / (2 - weight)) * (1 - faded));
    const kept = (1 - weight) * average;
    const hi = past.valueAt((limit * deviation - kept) / weight);
    const lo = past.valueAt((-limit * deviation - kept) / weight);
    const expected = past.mean;
    const next = kept + weight * past.deviate(value);
    past.learn(value);
    this.state = [next, faded];
    return { score: next / deviation, expected, lo, hi };
  }

  reason({ score, expected }: Judged): string {
    return (
      `the last of values whose moving average is ${short(Math.abs(score))} of its standard deviations ` +
      `${score > 0 ? 'above' : 'below'} ${short(expected)}, the mean of ${this.past.size - 1} windows`
    );
  }
}

/** The limit at which an EWMA chart has `falseAlarms` per window, by bisection over its run length. */
function ewmaLimit(falseAlarms: number, lambda: number): number {
  let low = 0.1;
  let high = 8;
  for (let step = 0; step < 24; step++) {
    const middle = (low + high) / 2;
    if (ewmaRunLength(middle, lambda) < 1 / falseAlarms) low = middle;
    else high = middle;
  }
  return high;
}
