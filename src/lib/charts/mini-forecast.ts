/** A short history and what is to come, at equal steps. */
export interface MiniSeries {
  readonly actual: Float64Array;
  readonly forecast: Float64Array;
  /** Ends of one band, parallel to `forecast`. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface MiniPaths {
  readonly actual: string;
  readonly forecast: string;
  readonly band: string;
  /** Where the history ends. */
  readonly now: number;
}

/**
 * Paths of a small forecast chart in a box of `width` × `height`: zero at the foot where all is above it, so that
 * sizes can be compared. The forecast starts at the last actual. O(n).
 */
export function miniForecast(
  { actual, forecast, low, high }: MiniSeries,
  width: number,
  height: number
): MiniPaths {
  const past = actual.length;
  const steps = Math.max(1, past + forecast.length - 1);
  let bottom = 0;
  let top = 0;
  for (const list of [actual, forecast, low, high]) {
    for (const value of list) {
      if (!Number.isFinite(value)) continue;
      bottom = Math.min(bottom, value);
      top = Math.max(top, value);
    }
  }
  const span = top - bottom || 1;
  const x = (i: number) => ((i / steps) * width).toFixed(1);
  const y = (value: number) => (1 + (height - 2) * (1 - (value - bottom) / span)).toFixed(1);
  const line = (values: ArrayLike<number>, from: number) => {
    let path = '';
    let open = false;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (Number.isFinite(value)) path += `${open ? 'L' : 'M'}${x(from + i)} ${y(value)}`;
      open = Number.isFinite(value);
    }
    return path;
  };
  const last = past > 0 ? Array.from(actual.subarray(past - 1)) : [];
  const ends = Array.from(low, (_, i) => i).filter(
    (i) => Number.isFinite(low[i]) && Number.isFinite(high[i])
  );
  const edge = [
    ...ends.map((i) => `${x(past + i)} ${y(high[i]!)}`),
    ...ends.reverse().map((i) => `${x(past + i)} ${y(low[i]!)}`)
  ];
  return {
    actual: line(actual, 0),
    forecast: line([...last, ...forecast], past - last.length),
    band: edge.length > 0 ? `M${edge.join('L')}Z` : '',
    now: past > 0 ? ((past - 1) / steps) * width : 0
  };
}
