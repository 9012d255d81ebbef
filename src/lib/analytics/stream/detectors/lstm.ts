import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import { Past, type PastSnapshot } from '../past.ts';
import { LstmNetwork } from './lstm-network.ts';
import { RandomSource } from '#lib/base/random-source.ts';
import {
  leastSpread,
  short,
  type DetectorOptions,
  type Judged,
  type Method,
  type StreamDetector
} from './stream-detector.ts';
import { TrainedWindows } from './trained-windows.ts';

const length = 17;
const cells = 6;
const kept = 256;
const leastErrors = 32;

/**
 * The error of a small LSTM that learns while it watches (after Malhotra et al. 2015): it reads sixteen values,
 * foretells the next, and the score is its error in robust standard deviations (1.4826 · median |error|) of the
 * last 256 errors. About 200 weights and 0.2 ms a window; 11 kB a series. An option, not a better default: on
 * TSB-AD an LSTM is about average.
 */
export const lstm: Method = {
  threshold: 4,
  season: 'none',
  refractory: 10,
  startsOver: false,
  make: (options) => new LstmError(options)
};

class LstmError implements StreamDetector {
  readonly #network: LstmNetwork;
  readonly #windows: TrainedWindows;
  readonly #errors = new Past(kept);

  constructor({ seed }: DetectorOptions) {
    const random = new RandomSource(seed, 'lstm');
    this.#network = new LstmNetwork(length, cells, random);
    this.#windows = new TrainedWindows(this.#network, random);
  }

  update(_t: number, value: number, limit: number): Judged | null {
    const judged = this.#windows.isReady ? this.#judge(value, limit) : null;
    this.#windows.learn(value);
    return judged;
  }

  limitFor(p: number): number {
    return normalQuantile(1 - Math.min(p, 1) / 2);
  }

  reason({ score, expected }: Judged): string {
    return (
      `${short(Math.abs(score))} robust standard deviations ${score > 0 ? 'above' : 'below'} ${short(expected)}, ` +
      `which a small network foretold from the 16 windows before`
    );
  }

  snapshot(): unknown {
    return { windows: this.#windows.snapshot(), errors: this.#errors.snapshot() };
  }

  restore(snapshot: unknown): void {
    const state = snapshot as { windows: unknown; errors: PastSnapshot };
    this.#windows.restore(state.windows);
    this.#errors.restore(state.errors);
  }

  #judge(value: number, limit: number): Judged | null {
    const { mean, deviation } = this.#windows;
    const foretold = this.#network.foretell(this.#windows.exampleWith(value));
    const expected = mean + deviation * foretold;
    const error = value - expected;
    const size = this.#errors.size;
    const usual = size === 0 ? 0 : 1.482602218505602 * this.#errors.median();
    this.#errors.push(Math.abs(error));
    if (size < leastErrors) return null;
    const spread = Math.max(usual, leastSpread(expected));
    return {
      score: error / spread,
      expected,
      lo: expected - limit * spread,
      hi: expected + limit * spread
    };
  }
}
