import type { Random } from '#lib/base/random.ts';

/** `most` of `count` rows, drawn at random without replacement and ascending (Vitter's reservoir); all where there are no more. */
export function sampleRows(count: number, most: number, random: Random): Int32Array {
  const chosen = Int32Array.from({ length: Math.min(count, most) }, (_, i) => i);
  for (let i = most; i < count; i++) {
    const at = Math.floor(random() * (i + 1));
    if (at < most) chosen[at] = i;
  }
  return chosen.sort();
}
