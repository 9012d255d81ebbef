import { ControlChart } from './control-chart.ts';
import { cusumLimit, largerOf } from './cusum.ts';
import { short, type DetectorOptions, type Judged, type Method } from './stream-detector.ts';

/** Drift per window that is tolerated, in standard deviations. */
const tolerance = 0.15;

/**
 * The Page–Hinkley test (Page 1954; Hinkley 1971) on both sides: m_T = Σ (x_t − mean_t)/sd_{t−1} − δ with the
 * running mean that holds x_t, and the test statistic m_T − min m. δ = 0.15 finds slow drifts that a CUSUM
 * with its slack of 0.5 lets pass; abrupt shifts are found later. Begins anew after an anomaly. O(1).
 */
export const pageHinkley: Method = {
  threshold: 12,
  season: 'none',
  refractory: 0,
  startsOver: true,
  make: (options) => new PageHinkley(options)
};

/** The state is m − min m upwards, and the same of the falling side. */
class PageHinkley extends ControlChart {
  constructor(options: DetectorOptions) {
    super(options, [0, 0], (falseAlarms) => cusumLimit(falseAlarms, tolerance));
  }

  protected chart(value: number, limit: number): Judged {
    const { past } = this;
    const [up, down] = this.state;
    const { mean: expected, deviation } = past;
    // x − mean_t = (x − mean_{t−1}) (1 − 1/t): the value moves its own mean.
    const width = deviation / (1 - 1 / (past.size + 1));
    const hi = expected + width * (limit + tolerance - up);
    const lo = expected - width * (limit + tolerance - down);
    past.learn(value);
    const step = (value - past.mean) / deviation;
    this.state = [Math.max(0, up + step - tolerance), Math.max(0, down - step - tolerance)];
    return { score: largerOf(this.state), expected, lo, hi };
  }

  reason({ score, expected }: Judged): string {
    return (
      `where a drift ${score > 0 ? 'upwards' : 'downwards'} shows: values have left ${short(expected)}, the mean of ` +
      `${this.past.size - 1} windows, by ${short(Math.abs(score))} standard deviations in all`
    );
  }
}
