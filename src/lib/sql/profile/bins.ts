/** Where the values of a column lie; times in milliseconds. */
export interface Extent {
  readonly min: number;
  readonly max: number;
  /** Quantiles at 1 % and 99 %. */
  readonly low: number;
  readonly high: number;
}

export interface Edges {
  readonly edges: readonly number[];
  readonly openBelow: boolean;
  readonly openAbove: boolean;
}

const mostBins = 20;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const clockSteps = [1, 10, 100, 1000, 5000, 15_000, minute, 5 * minute, 15 * minute].concat([
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  14 * day
]);
const monthSteps = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 12_000, 120_000];

/** Classes of a numeric column with round edges, at most `mostBins`. */
export function numberEdges(extent: Extent, whole: boolean): Edges {
  const { lo, hi, openBelow, openAbove } = trimmed(extent);
  const open = { openBelow, openAbove };
  if (!(hi > lo)) return { edges: [lo, hi], ...open };
  let step = niceStep((hi - lo) / mostBins, whole);
  for (let last = 0; step > last;) {
    const first = Math.floor(lo / step);
    const count = countOf(hi / step - first, whole);
    if (!(count > mostBins)) {
      const edges = Array.from({ length: count + 1 }, (_, i) => round((first + i) * step));
      return isRising(edges) ? { edges, ...open } : { edges: [lo, hi], ...open };
    }
    last = step;
    step = niceStep(step * 1.01, whole);
  }
  // The smallest numbers there are have no larger step so near.
  return { edges: [lo, hi], ...open };
}

/** Classes of a time column that begin where the clock or the calendar does. */
export function timeEdges(extent: Extent, days: boolean): Edges {
  const { lo, hi, openBelow, openAbove } = trimmed(extent);
  const open = { openBelow, openAbove };
  if (!(hi > lo)) return { edges: [lo, hi], ...open };
  for (const step of clockSteps) {
    if ((days && step < day) || (hi - lo) / step > mostBins) continue;
    const first = Math.floor((lo - monday) / step);
    const count = Math.floor((hi - monday) / step) - first + 1;
    if (count > mostBins) continue;
    const edges = Array.from({ length: count + 1 }, (_, i) => (first + i) * step + monday);
    return { edges, ...open };
  }
  for (const step of monthSteps) {
    const first = Math.floor(monthOf(lo) / step);
    const count = Math.floor(monthOf(hi) / step) - first + 1;
    if (count > mostBins) continue;
    const edges = Array.from({ length: count + 1 }, (_, i) => monthStart((first + i) * step));
    if (edges.every(Number.isFinite)) return { edges, ...open };
  }
  return { edges: [lo, hi], ...open };
}

/** Weeks begin on Mondays; 1970 began on a Thursday. */
const monday = 4 * day;

/** Leaves far values to the outermost classes where they would press the others into one. */
function trimmed({ min, max, low, high }: Extent) {
  const core = high - low;
  const openBelow = core > 0 && low - min > core / 2;
  const openAbove = core > 0 && max - high > core / 2;
  return { lo: openBelow ? low : min, hi: openAbove ? high : max, openBelow, openAbove };
}

function countOf(span: number, whole: boolean): number {
  return whole ? Math.floor(span + 1e-9) + 1 : Math.max(1, Math.ceil(span - 1e-9));
}

/** The least of 1, 2 and 5 times a power of ten that is not below `least`. */
function niceStep(least: number, whole: boolean): number {
  const from = whole ? Math.max(1, least) : least;
  const power = 10 ** Math.floor(Math.log10(from));
  const factor = [1, 2, 5, 10].find((f) => f * power >= from * (1 - 1e-12)) ?? 10;
  return factor * power;
}

function round(value: number): number {
  return Number(value.toPrecision(12));
}

function isRising(edges: readonly number[]): boolean {
  return edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > edges[i - 1]!));
}

function monthOf(ms: number): number {
  const date = new Date(ms);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function monthStart(month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(Math.floor(month / 12), month - 12 * Math.floor(month / 12), 1);
  return date.getTime();
}
