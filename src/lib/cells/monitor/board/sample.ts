import type { History } from './history.ts';

/** What stands at one place of the time axis of a drawing. */
const single = 0;
const pairFirst = 1;
const pairSecond = 2;
const gap = 3;

/**
 * The places of a drawing along time: single windows where they fit, else two for each pixel column, between which the
 * line runs over all that lies in it; and a place for nothing where windows are missing between two of them.
 */
export interface Sample {
  readonly times: Float64Array;
  readonly kinds: Uint8Array;
  /** The windows that a place stands for: from, and to (exclusive). */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/**
 * Lays windows of a history between two times out over `columns` pixel columns, at most two places and a break each. A
 * window to the left and one to the right are taken along, so that lines reach the edges. `step` is the usual distance
 * of windows; a greater one than one and a half of it is a break; 0: none is. O(columns · log n).
 */
export function sample(
  history: History,
  range: { readonly from: number; readonly to: number },
  columns: number,
  step: number
): Sample {
  const { from, to } = range;
  const first = Math.max(0, history.from(from) - 1);
  const last = Math.min(history.length - 1, history.upTo(to) + 1);
  const apart = last - first + 1 <= 2 * columns;
  const room = Math.max(0, apart ? 2 * (last - first + 1) : 3 * (columns + 4));
  const out = {
    times: new Float64Array(room),
    kinds: new Uint8Array(room),
    starts: new Int32Array(room),
    ends: new Int32Array(room)
  };
  let n = 0;
  const put = (time: number, kind: number, start: number, end: number) => {
    out.times[n] = time;
    out.kinds[n] = kind;
    out.starts[n] = start;
    out.ends[n++] = end;
  };
  const stretch = (start: number, end: number) => {
    const time = history.time(start);
    const before = history.time(start - 1);
    if (n > 0 && step > 0 && time - before > 1.5 * step) put(before + step / 2, gap, start, start);
    if (end - start === 1) {
      put(time, single, start, end);
      return;
    }
    put(time, pairFirst, start, end);
    put(history.time(end - 1), pairSecond, start, end);
  };
  if (apart) for (let i = first; i <= last; i++) stretch(i, i + 1);
  else {
    // Columns stand at whole multiples of their width, so that a moving view does not make them flicker.
    const width = (to - from) / columns;
    const afterTo = history.upTo(to) + 1;
    for (let i = first; i <= last;) {
      const time = history.time(i);
      const edge = (Math.floor(time / width) + 1) * width;
      const inside = time >= from && time <= to;
      const next = inside ? Math.min(history.fromNear(edge, i, step || width), afterTo) : 0;
      stretch(i, Math.max(i + 1, next));
      i = Math.max(i + 1, next);
    }
  }
  return {
    times: out.times.subarray(0, n),
    kinds: out.kinds.subarray(0, n),
    starts: out.starts.subarray(0, n),
    ends: out.ends.subarray(0, n)
  };
}

/** How a figure of many windows is drawn in one column: by its whole extent, its least, its greatest, or its ends. */
export type Drawn = 'extent' | 'low' | 'high' | 'ends';

/** The values of one figure at the places of a sample; NaN breaks the line. */
export function sampled(history: History, name: string, at: Sample, drawn: Drawn): Float64Array {
  const out = new Float64Array(at.times.length).fill(Number.NaN);
  const pyramid = history.pyramid(name);
  if (!pyramid) return out;
  const { kinds, starts, ends } = at;
  const both = new Float64Array(2);
  for (let i = 0; i < out.length; i++) {
    const kind = kinds[i];
    if (kind === single) out[i] = pyramid.at(starts[i]!);
    if (kind !== pairFirst) continue;
    const first = pyramid.at(starts[i]!);
    const last = pyramid.at(ends[i]! - 1);
    if (drawn === 'ends') {
      out[i] = first;
      out[i + 1] = last;
      continue;
    }
    pyramid.extremes(starts[i]!, ends[i]!, both, 0);
    // A column whose value falls begins with its greatest.
    const falls = first > last;
    out[i] = drawn === 'high' || (drawn === 'extent' && falls) ? both[1]! : both[0]!;
    out[i + 1] = drawn === 'low' || (drawn === 'extent' && falls) ? both[0]! : both[1]!;
  }
  return out;
}
