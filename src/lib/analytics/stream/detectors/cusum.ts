import { ControlChart } from './control-chart.ts';
import { short, type DetectorOptions, type Judged, type Method } from './stream-detector.ts';

/** Half the shift to be found soonest, in standard deviations. */
const slack = 0.5;

/**
 * Two-sided cumulative sums (Page 1954) of self-started normal deviates u (Hawkins 1987):
 * up = max(0, up + u − k), down = max(0, down − u − k) with k = 0.5, which finds a lasting shift of one
 * standard deviation soonest. The score is the greater of the two, negative for `down`. After an anomaly both
 * begin at 0 and the level is learnt anew. O(1). Assumes independent values; a trend is a shift to it.
 */
export const cusum: Method = {
  threshold: 5,
  season: 'none',
  refractory: 0,
  startsOver: true,
  make: (options) => new Cusum(options)
};

/** The state is the sums upwards and downwards. */
class Cusum extends ControlChart {
  constructor(options: DetectorOptions) {
    super(options, [0, 0], cusumLimit);
  }

  protected chart(value: number, limit: number): Judged {
    const { past } = this;
    const [up, down] = this.state;
    const expected = past.mean;
    const hi = past.valueAt(limit + slack - up);
    const lo = past.valueAt(-(limit + slack - down));
    const u = past.deviate(value);
    this.state = [Math.max(0, up + u - slack), Math.max(0, down - u - slack)];
    past.learn(value);
    return { score: largerOf(this.state), expected, lo, hi };
  }

  reason({ score, expected }: Judged): string {
    return (
      `one too many on the same side: deviations ${score > 0 ? 'above' : 'below'} ${short(expected)}, the mean of ` +
      `${this.past.size - 1} windows, add up to ${short(Math.abs(score))} standard deviations`
    );
  }
}

/** The greater of two sums, negative for the one downwards. */
export function largerOf([up, down]: readonly [number, number]): number {
  return up >= down ? up : -down;
}

/** In-control run length of a one-sided CUSUM with limit `h` and slack `k` under normal noise (Siegmund 1985). */
export function cusumRunLength(h: number, k: number): number {
  const b = h + 1.166;
  return (Math.exp(2 * k * b) - 2 * k * b - 1) / (2 * k * k);
}

/** The limit at which a two-sided CUSUM has `falseAlarms` per window, by bisection. */
export function cusumLimit(falseAlarms: number, k = slack): number {
  let low = 0;
  let high = 60 / k;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (cusumRunLength(middle, k) < 2 / falseAlarms) low = middle;
    else high = middle;
  }
  return high;
}
