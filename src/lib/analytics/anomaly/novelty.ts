import type { Checkpoint } from '#lib/analytics/cluster/points.ts';
import { Prototypes } from './prototypes.ts';

export interface NoveltyOptions {
  /** Stored values of each kind. */
  readonly prototypes: number;
  /** Rows after a score in which only greater ones count. */
  readonly refractory: number;
  /** Rows that are only learnt from in the beginning. */
  readonly learning: number;
  /** The place of each row in its season; null = no season. */
  readonly places: Int32Array | null;
  readonly checkpoint: Checkpoint;
}

export interface Novelty {
  /** In ranges of what was seen before; NaN for missing values and while it learns. */
  readonly raw: Float64Array;
  /** Of `raw`, the part that the value itself has. */
  readonly own: Float64Array;
  /** The stored value nearest to each row's. */
  readonly nearest: Float64Array;
  /** Range of the values before each row. */
  readonly range: Float64Array;
  /** 1 where a greater score stood in the last `refractory` rows. */
  readonly shadowed: Uint8Array;
}

/** How fast the usual value of a place in the season follows. */
const seasonSpeed = 0.1;
/** What the novelty of the seasonal residual counts beside that of the value. */
const residualWeight = 0.3;

/**
 * How far each value is from everything seen before it, causal and in bounded memory: the distance to the
 * nearest stored prototype over the range so far, of the value and, at three tenths, of what it differs from the
 * usual at its place in the season. About O(n · log prototypes), O(n · prototypes) at worst.
 */
export async function novelty(values: Float64Array, options: NoveltyOptions): Promise<Novelty> {
  const n = values.length;
  const { places, checkpoint } = options;
  const out = {
    raw: new Float64Array(n).fill(Number.NaN),
    own: new Float64Array(n).fill(Number.NaN),
    nearest: new Float64Array(n).fill(Number.NaN),
    range: new Float64Array(n).fill(Number.NaN),
    shadowed: new Uint8Array(n)
  };
  const seen = new Seen(options.prototypes);
  const residuals = new Seen(options.prototypes);
  const usual = new Map<number, number>();
  for (let t = 0; t < n; t++) {
    if (t % 4096 === 0) await checkpoint(t / n);
    const value = values[t]!;
    if (!Number.isFinite(value)) continue;
    out.nearest[t] = seen.nearest(value);
    out.range[t] = seen.range;
    const own = seen.take(value);
    const place = places?.[t] ?? -1;
    const level = place < 0 ? undefined : usual.get(place);
    const residual = level === undefined ? 0 : residuals.take(value - level);
    if (place >= 0) {
      usual.set(place, level === undefined ? value : level + seasonSpeed * (value - level));
    }
    if (seen.count <= Math.max(2, options.learning)) continue;
    out.own[t] = own;
    out.raw[t] = own + residualWeight * residual;
  }
  shadow(out.raw, options.refractory, out.shadowed);
  return out;
}

/** One kind of number that a series shows. */
class Seen {
  count = 0;
  readonly #prototypes: Prototypes;

  constructor(capacity: number) {
    this.#prototypes = new Prototypes(capacity);
  }

  get range(): number {
    return this.#prototypes.range;
  }

  nearest(x: number): number {
    return this.#prototypes.nearest(x);
  }

  /** The distance of `x` to the nearest before it, in ranges and at most 1; then stores it. */
  take(x: number): number {
    const range = this.#prototypes.range;
    const distance = Math.abs(x - this.#prototypes.nearest(x));
    this.#prototypes.learn(x);
    this.count++;
    if (!(distance > 0)) return 0;
    return Math.min(1, range > 0 ? distance / range : 1);
  }
}

/** Marks the rows that come within `refractory` rows after an equal or greater score. A queue of falling scores, O(n). */
function shadow(raw: Float64Array, refractory: number, shadowed: Uint8Array): void {
  const falling: number[] = [];
  let head = 0;
  for (let t = 0; t < raw.length; t++) {
    if (Number.isNaN(raw[t]!)) continue;
    while (head < falling.length && falling[head]! < t - refractory) head++;
    if (head < falling.length && raw[falling[head]!]! >= raw[t]!) shadowed[t] = 1;
    while (falling.length > head && raw[falling.at(-1)!]! <= raw[t]!) falling.pop();
    falling.push(t);
    if (head > 4096) {
      falling.splice(0, head);
      head = 0;
    }
  }
}
