import type { Regressors } from '../model.ts';
import { bridged, difference } from './differences.ts';
import { constantName, rowsLost, type ArimaOrder } from './order.ts';
import { independentColumns, projectOut } from './projection.ts';

/** What an order leaves open before its coefficients: differences and constant. */
export type Frame = Pick<ArimaOrder, 'd' | 'D' | 'season' | 'constant'>;

/**
 * A series made ready for fits of one frame. Values are moved by `shift` and divided by `scale`, columns by
 * their own scale; scales are powers of two, so that no digit is lost and huge and tiny series fit alike.
 */
export interface Design {
  readonly frame: Frame;
  readonly shift: number;
  readonly scale: number;
  /** Values, then columns; scaled, not differenced; NaN at rows that are missing. */
  readonly raw: readonly Float64Array[];
  /** The same, differenced. */
  readonly differenced: readonly Float64Array[];
  readonly names: readonly string[];
  readonly columnScales: readonly number[];
  /** Which regressor each column is; −1 for the constant. */
  readonly sources: readonly number[];
  readonly gaps: boolean;
  /** Rows with a value, less those that the differences take. */
  readonly rows: number;
  /** The differences with gaps bridged and columns taken out by least squares: for starting points. */
  readonly rough: Float64Array;
  /** Whether nothing random is left: the columns explain the differences to rounding. */
  readonly exact: boolean;
}

/** Lays out values, constant and regressors. Columns that the differences or earlier columns make superfluous are left out. O(n·columns²). */
export function designOf(values: Float64Array, frame: Frame, regressors?: Regressors): Design {
  const n = values.length;
  const known = knownRows(values, regressors);
  const gaps = known.includes(0);
  const constant = constantName({ ...frame, p: 0, q: 0, P: 0, Q: 0 });
  const shift =
    constant !== null || rowsLost({ ...frame, p: 0, q: 0, P: 0, Q: 0 }) > 0
      ? firstOf(values, known)
      : 0;
  const shifted = values.map((value, t) => (known[t] ? value - shift : Number.NaN));
  const scale = scaleOf(difference(shifted, frame));
  const candidates = [
    ...(constant ? [{ name: constant, source: -1, column: constantColumn(constant, n) }] : []),
    ...(regressors?.names ?? []).map((name, source) => ({
      name,
      source,
      column: regressors!.columns[source]!.slice(0, n)
    }))
  ].map((candidate) => {
    const own = scaleOf(difference(bridged(candidate.column), frame));
    const column = candidate.column.map((v, t) => (known[t] ? v / own : Number.NaN));
    return { ...candidate, own, column };
  });
  const smooth = candidates.map(({ column }) => difference(bridged(column), frame));
  const kept = independentColumns(smooth).map((j) => candidates[j]!);
  const raw = [shifted.map((value) => value / scale), ...kept.map(({ column }) => column)];
  const rough = raw.map((column) => difference(bridged(column), frame));
  const largest = raw[0]!.reduce(
    (most, v) => Math.max(most, Math.abs(v) || 0),
    Math.abs(shift / scale)
  );
  projectOut(rough);
  const rest = Math.sqrt(
    rough[0]!.reduce((sum, v) => sum + v * v, 0) / Math.max(1, rough[0]!.length)
  );
  return {
    frame,
    shift,
    scale,
    raw,
    differenced: raw.map((column) => difference(column, frame)),
    names: kept.map(({ name }) => name),
    columnScales: kept.map(({ own }) => own),
    sources: kept.map(({ source }) => source),
    gaps,
    rows: known.reduce((sum, k) => sum + k, 0) - frame.d - frame.D * frame.season,
    rough: rough[0]!,
    exact: !(rest > 1e-12 * largest)
  };
}

/** 1 for rows where the value and all regressors are known. */
function knownRows(values: Float64Array, regressors: Regressors | undefined): Uint8Array {
  return Uint8Array.from(values, (value, t) =>
    Number.isFinite(value) && (regressors?.columns ?? []).every((c) => Number.isFinite(c[t]))
      ? 1
      : 0
  );
}

function firstOf(values: Float64Array, known: Uint8Array): number {
  const at = known.indexOf(1);
  return at < 0 ? 0 : values[at]!;
}

/** The power of two nearest to the root mean square of what is there; 1 where all is 0. */
function scaleOf(values: Float64Array): number {
  let largest = 0;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  if (largest === 0) return 1;
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += (value / largest) ** 2;
    count++;
  }
  const exponent = Math.round(Math.log2(largest) + Math.log2(sum / count) / 2);
  return 2 ** Math.min(1000, Math.max(-1000, exponent));
}

function constantColumn(name: 'mean' | 'drift', n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, t) => (name === 'mean' ? 1 : t + 1));
}
