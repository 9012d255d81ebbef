import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pyramid } from '#lib/analytics/stream/pyramid.ts';

function bruteForce(values: readonly number[], from: number, to: number): [number, number] {
  const finite = values.slice(Math.max(0, from), to).filter(Number.isFinite);
  return finite.length === 0
    ? [Number.NaN, Number.NaN]
    : [Math.min(...finite), Math.max(...finite)];
}

function extremes(pyramid: Pyramid, from: number, to: number): [number, number] {
  const out = new Float64Array(2);
  pyramid.extremes(from, to, out, 0);
  return [out[0]!, out[1]!];
}

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) }
);
const edit = fc.record({
  what: fc.constantFrom('append', 'append', 'append', 'set', 'insert'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  value
});

describe('a pyramid', () => {
  it('knows the extremes of every stretch, whatever was appended, changed and inserted', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 400 }),
        fc.array(edit, { maxLength: 60 }),
        fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 5, maxLength: 20 }),
        (start, edits, stretches) => {
          const pyramid = new Pyramid();
          const plain = [...start];
          for (const v of start) pyramid.append(v);
          for (const { what, at, value: v } of edits) {
            const place = Math.floor(at * plain.length);
            if (what === 'append' || plain.length === 0) {
              plain.push(v);
              pyramid.append(v);
            } else if (what === 'set') {
              plain[place] = v;
              pyramid.set(place, v);
            } else {
              plain.splice(place, 0, v);
              pyramid.insert(place, v);
            }
          }
          expect(pyramid.length).toBe(plain.length);
          for (const [a, b] of stretches) {
            const [from, to] = a < b ? [a, b] : [b, a];
            expect(extremes(pyramid, from, to)).toEqual(bruteForce(plain, from, to));
          }
          expect(plain.map((_, i) => pyramid.at(i))).toEqual(plain);
        }
      ),
      { numRuns: 300 }
    );
  });

  it('reads a few blocks of a million values', () => {
    const pyramid = new Pyramid();
    for (let i = 0; i < 1_000_000; i++) pyramid.append(Math.sin(i) * i);
    const began = performance.now();
    const out = new Float64Array(2);
    for (let i = 0; i < 20_000; i++) pyramid.extremes(i * 7, 1_000_000 - i * 11, out, 0);
    // Value by value these would be ten thousand million reads: minutes.
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
