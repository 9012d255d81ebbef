import type { Random } from '#lib/base/random.ts';

/** How a replay disturbs what it plays: milliseconds of delay, shares of events copied and lost. */
interface Disturbance {
  readonly jitter: number;
  readonly duplicate: number;
  readonly drop: number;
}

/** The arrivals of a replay in order: which row of the source comes when. A row comes never, once or twice. */
export interface Schedule {
  readonly rows: Uint32Array;
  /** Event time + delay, milliseconds, ascending. */
  readonly arrivals: Float64Array;
  readonly dropped: number;
  readonly copies: number;
}

/**
 * Plans a replay: arrival = event time + uniform[0, jitter], a copy with a delay of its own, a dropped
 * event with neither. Ties keep the order of event time, then of the source. Rows without a time (NaN)
 * and rows before `from` are not played. `received` tells when each row came, where that is known, in
 * place of its event time. O(n log n).
 */
export function schedule(
  times: Float64Array,
  disturbance: Disturbance,
  random: Random,
  from = -Infinity,
  received: Float64Array = times
): Schedule {
  const { jitter, duplicate, drop } = disturbance;
  const order = sorted(rowsToPlay(times, from), times);
  const rows: number[] = [];
  const arrivals: number[] = [];
  let dropped = 0;
  let copies = 0;
  const came = (row: number) => (received[row]! === received[row]! ? received[row] : times[row]!);
  const delay = () => (jitter > 0 ? random() * jitter : 0);
  for (const row of order) {
    if (drop > 0 && random() < drop) {
      dropped++;
      continue;
    }
    rows.push(row);
    arrivals.push(came(row) + delay());
    if (duplicate > 0 && random() < duplicate) {
      copies++;
      rows.push(row);
      arrivals.push(came(row) + delay());
    }
  }
  const at = Float64Array.from(arrivals);
  const arrivalOrder = sorted(
    Uint32Array.from(arrivals, (_, i) => i),
    at
  );
  return {
    rows: arrivalOrder.map((i) => rows[i]!),
    arrivals: Float64Array.from(arrivalOrder, (i) => at[i]!),
    dropped,
    copies
  };
}

function rowsToPlay(times: Float64Array, from: number): Uint32Array {
  const rows = new Uint32Array(times.length);
  let n = 0;
  for (let row = 0; row < times.length; row++) if (times[row]! >= from) rows[n++] = row;
  return rows.slice(0, n);
}

/** Indices by value, ties by index; left alone when they already stand so, as recorded events mostly do. */
function sorted(indices: Uint32Array, values: Float64Array): Uint32Array {
  for (let i = 1; i < indices.length; i++) {
    if (values[indices[i]!]! < values[indices[i - 1]!]!)
      return indices.sort((a, b) => values[a]! - values[b]! || a - b);
  }
  return indices;
}

/** How many of the ascending `values` are ≤ `bound`, counting from index `from`. O(log n). */
export function countUpTo(values: Float64Array, bound: number, from: number): number {
  let low = from;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
