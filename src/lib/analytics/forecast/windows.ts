/** How windows are cut for one network over all series. */
export interface WindowShape {
  /** Rows looked back over. */
  readonly window: number;
  readonly horizon: number;
  /** 1 = none. */
  readonly season: number;
}

/** What turns the network's output back into units of the series. */
export interface WindowScale {
  readonly mean: number;
  readonly scale: number;
}

/** A window that ends before row `end` of series `series`. */
export interface WindowPlace {
  readonly series: number;
  readonly end: number;
}

const mostWindows = 20_000;
/** 64 MB, below the 128 MiB that WebGPU binds at once everywhere. */
const mostNumbers = 2 ** 24;
const largestTarget = 10;

/** The fewest rows before a window: half of it, and one season. What lies before the series is filled up season by season. */
export function leastHistory({ window, season }: WindowShape): number {
  return Math.max(season, Math.ceil(window / 2), 2);
}

/**
 * Every window with a full target inside the first `lengths[i]` rows of series i, thinned evenly to 20,000
 * or to 64 MB of inputs of `size` numbers, the latest ones kept. Ordered by series, then by end.
 */
export function trainingWindows(
  lengths: readonly number[],
  shape: WindowShape,
  size: number
): WindowPlace[] {
  const first = leastHistory(shape);
  const counts = lengths.map((length) => Math.max(0, length - shape.horizon - first + 1));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.min(mostWindows, Math.max(1, Math.floor(mostNumbers / size)));
  const stride = Math.max(1, Math.ceil(total / most));
  return lengths.flatMap((length, series) => {
    const places: WindowPlace[] = [];
    for (let end = length - shape.horizon; end >= first; end -= stride)
      places.push({ series, end });
    return places.reverse();
  });
}

/**
 * The last window of each series for judging, and those to learn from whose targets do not reach into it;
 * nothing is held out where nothing would be left.
 */
export function holdOutLast(
  places: readonly WindowPlace[],
  { horizon }: WindowShape
): { readonly kept: readonly WindowPlace[]; readonly held: readonly WindowPlace[] } {
  const held = places.filter((place, i) => places[i + 1]?.series !== place.series);
  const lastEnds = new Map(held.map(({ series, end }) => [series, end]));
  const kept = places.filter(({ series, end }) => end + horizon <= lastEnds.get(series)!);
  return kept.length === 0 ? { kept: places, held: [] } : { kept, held };
}

/** Writes the scaled window that ends before row `end` at `offset`. */
export function writeWindow(
  values: Float64Array,
  end: number,
  shape: WindowShape,
  into: Float32Array,
  offset: number
): WindowScale {
  const { window, season } = shape;
  let sum = 0;
  for (let i = 0; i < window; i++) sum += valueBefore(values, end, end - window + i, season);
  const mean = sum / window;
  let squares = 0;
  for (let i = 0; i < window; i++) {
    squares += (valueBefore(values, end, end - window + i, season) - mean) ** 2;
  }
  const scale = Math.max(Math.sqrt(squares / window), 0.1 * meanSize(values, end)) || 1;
  for (let i = 0; i < window; i++) {
    into[offset + i] = (valueBefore(values, end, end - window + i, season) - mean) / scale;
  }
  return { mean, scale };
}

/** Writes what the network is to learn: the next rows less the seasonal naive forecast, scaled, within ±10. */
export function writeTarget(
  values: Float64Array,
  end: number,
  shape: WindowShape,
  { scale }: WindowScale,
  into: Float32Array,
  offset: number
): void {
  for (let h = 0; h < shape.horizon; h++) {
    const residual = (values[end + h]! - seasonalBase(values, end, h, shape.season)) / scale;
    into[offset + h] = Math.min(largestTarget, Math.max(-largestTarget, residual));
  }
}

/** The seasonal naive forecast of step h + 1 from the rows before `end`. */
export function seasonalBase(values: Float64Array, end: number, h: number, season: number): number {
  return valueBefore(values, end, end - season + (h % season), season);
}

/** The row that stands for row t < end: before the series the same place of its first season. */
export function rowBefore(end: number, t: number, season: number): number {
  return t >= 0 ? t : Math.min(((t % season) + season) % season, end - 1);
}

function valueBefore(values: Float64Array, end: number, t: number, season: number): number {
  return values[rowBefore(end, t, season)]!;
}

function meanSize(values: Float64Array, end: number): number {
  let sum = 0;
  for (let t = 0; t < end; t++) sum += Math.abs(values[t]!);
  return end === 0 ? 0 : sum / end;
}
