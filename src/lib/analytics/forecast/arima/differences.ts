/** (1 − B)^d (1 − Bˢ)^D of the values: d + D·s fewer rows. A missing value spreads to all that need it. */
export function difference(
  values: Float64Array,
  { d, D, season }: { readonly d: number; readonly D: number; readonly season: number }
): Float64Array {
  let out = values;
  for (let i = 0; i < D; i++) out = lagged(out, season);
  for (let i = 0; i < d; i++) out = lagged(out, 1);
  return out;
}

/** δ₁ … of y = w + Σ δᵢ·y(t−i), where w are the differences. */
export function differenceWeights({
  d,
  D,
  season
}: {
  readonly d: number;
  readonly D: number;
  readonly season: number;
}): Float64Array {
  let polynomial = Float64Array.of(1);
  const multiply = (lag: number) => {
    const next = new Float64Array(polynomial.length + lag);
    polynomial.forEach((value, i) => {
      next[i]! += value;
      next[i + lag]! -= value;
    });
    polynomial = next;
  };
  for (let i = 0; i < D; i++) multiply(season);
  for (let i = 0; i < d; i++) multiply(1);
  return polynomial.slice(1).map((value) => (value === 0 ? 0 : -value));
}

/** Gaps filled along a straight line, the ends by the nearest value: a stand-in for tests and starting points. */
export function bridged(values: Float64Array): Float64Array {
  const out = values.slice();
  let last = -1;
  for (let t = 0; t <= out.length; t++) {
    if (t < out.length && Number.isNaN(out[t]!)) continue;
    const before = last >= 0 ? out[last]! : (out[t] ?? 0);
    const after = t < out.length ? out[t]! : before;
    for (let i = last + 1; i < t; i++) {
      out[i] = before + ((after - before) * (i - last)) / (t - last);
    }
    last = t;
  }
  return out;
}

function lagged(values: Float64Array, lag: number): Float64Array {
  const out = new Float64Array(Math.max(0, values.length - lag));
  for (let i = 0; i < out.length; i++) out[i] = values[i + lag]! - values[i]!;
  return out;
}
