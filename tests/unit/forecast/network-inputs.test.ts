import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodeFacts,
  learnFacts,
  type NetworkFacts
} from '#lib/analytics/forecast/network-facts.ts';
import { networkInputs } from '#lib/analytics/forecast/network-inputs.ts';
import { seasonalBase, writeWindow } from '#lib/analytics/forecast/windows.ts';

const day = 86_400_000;
const shape = { window: 6, horizon: 4, season: 3 };
const values = [0, 1].map((s) =>
  Float64Array.from({ length: 12 }, (_, t) => 5 + s + ((t * 7) % 11))
);
const price = [0, 1].map((s) =>
  Float64Array.from({ length: 16 }, (_, t) => (10 + (t % 4)) * 100 ** s)
);
const promotion = [0, 1].map((s) =>
  Float64Array.from({ length: 16 }, (_, t) => Number(t % 5 === s))
);
const regressors = [0, 1].map((s) => ({
  names: ['price', 'promotion'],
  columns: [price[s]!, promotion[s]!]
}));

const encode = (facts: NetworkFacts, lengths: readonly number[], season: number) =>
  encodeFacts(facts, lengths, learnFacts(facts, lengths, season));

describe('facts', () => {
  test('are scaled by the rows to train on alone', () => {
    const changed = regressors.map((own) => ({
      ...own,
      columns: own.columns.map((column) => column.map((value, t) => (t < 9 ? value : 7777)))
    }));
    const [first, second] = [regressors, changed].map((given) =>
      encode({ regressors: given }, [9, 9], 3)
    );
    for (const s of [0, 1]) {
      for (const k of [0, 1]) {
        const [a, b] = [first!.columns[s]![k]!, second!.columns[s]![k]!];
        expect(b.subarray(0, 9)).toEqual(a.subarray(0, 9));
        expect([...b.subarray(9)]).toEqual(Array(7).fill(10));
      }
    }
  });

  test('of a price count relative to the series, those of a promotion do not; both are centred', () => {
    const { columns } = encode({ regressors }, [12, 12], 3);
    price[0]!.forEach((_, t) => expect(columns[0]![0]![t]).toBeCloseTo(columns[1]![0]![t]!, 5));
    const sizes = new Set([...columns[0]![1]!, ...columns[1]![1]!]);
    expect(sizes.size).toBe(2);
    for (const k of [0, 1]) {
      const known = columns.flatMap((own) => [...own[k]!.subarray(0, 12)]);
      expect(known.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 4);
    }
  });

  test('that never change in training have no effect later', () => {
    const columns = [Float64Array.from({ length: 16 }, (_, t) => (t < 12 ? 0.1 : 3))];
    const encoded = encode({ regressors: [{ names: ['x'], columns }] }, [12], 3);
    expect([...encoded.columns[0]![0]!]).toEqual(Array(16).fill(0));
  });

  test('static words get a column each up to 15, the rare ones share one; numbers are scaled', () => {
    const words = Array.from({ length: 60 }, (_, i) => (i < 40 ? `w${i % 10}` : `rare${i}`));
    const sizes = words.map((_, i) => (i === 3 ? null : 10 * i));
    const statics = [
      { name: 'category', values: words },
      { name: 'size', values: sizes },
      { name: 'same', values: words.map(() => 'x') }
    ];
    const encoded = encode(
      { statics },
      words.map(() => 5),
      1
    );
    expect(encoded.statics).toEqual([...Array<string>(16).fill('category'), 'size']);
    const at = (s: number) => [...encoded.features[s]!];
    expect(at(0)).toEqual([...at(10).slice(0, 16), at(0)[16]]);
    expect(at(58).slice(0, 16)).toEqual(at(59).slice(0, 16));
    expect(at(3)[16]).toBe(0);
    for (let j = 0; j < 17; j++) {
      expect(words.reduce((sum, _, s) => sum + at(s)[j]!, 0)).toBeCloseTo(0, 4);
    }
  });

  test('of the calendar leave out what the season tells and what is too short to learn', () => {
    const cycles = (step: number, rows: number, season: number) =>
      encode({ times: [Float64Array.from({ length: rows }, (_, t) => t * step)] }, [rows], season)
        .cycles;
    expect(cycles(day, 365, 7)).toBe(0);
    expect(cycles(day, 365, 1)).toBe(4);
    expect(cycles(day, 730, 7)).toBe(4);
    expect(cycles(day / 24, 480, 24)).toBe(4);
    expect(cycles(day / 24, 200, 24)).toBe(0);
    expect(cycles(30.4 * day, 60, 12)).toBe(0);
    expect(cycles(7 * day, 200, 52)).toBe(0);
  });
});

describe('inputs', () => {
  const facts: NetworkFacts = { regressors, statics: [{ name: 'kind', values: ['a', 'b'] }] };
  const encoded = encode(facts, [12, 12], 3);
  const inputs = networkInputs(shape, encoded);

  test('without facts are the window', () => {
    const plain = networkInputs(shape, null);
    const [written, window] = [new Float32Array(6), new Float32Array(6)];
    plain.write(values[0]!, { series: 0, end: 9 }, written, 0);
    writeWindow(values[0]!, 9, shape, window, 0);
    expect([plain.steps, plain.features]).toEqual([2, 3]);
    expect(written).toEqual(window);
  });

  test('hold seasons of values beside covariates of the same rows, then the horizon, and statics throughout', () => {
    expect([inputs.steps, inputs.features]).toEqual([4, 9 + 2 + 1]);
    const written = new Float32Array(inputs.size + 1);
    const { mean, scale } = inputs.write(values[1]!, { series: 1, end: 8 }, written, 1);
    const step = (t: number) => written.subarray(1 + t * 12, 1 + (t + 1) * 12);
    const own = encoded.columns[1]!;
    for (let t = 0; t < 4; t++) {
      for (let i = 0; i < 3; i++) {
        const row = 2 + 3 * t + i;
        const ahead = row - 8;
        const value = ahead < 0 ? values[1]![row]! : seasonalBase(values[1]!, 8, ahead, 3);
        expect(step(t)[i]).toBeCloseTo((value - mean) / scale, 5);
        expect(step(t)[3 + i]).toBe(ahead < 4 ? own[0]![row]! : 0);
        expect(step(t)[6 + i]).toBe(ahead < 4 ? own[1]![row]! : 0);
      }
      expect(step(t).subarray(9, 11)).toEqual(encoded.features[1]);
      expect(step(t)[11]).toBe(t < 2 ? 0 : 1);
    }
  });

  test('say of every entry what it belongs to, and differ from neutral there alone', () => {
    inputs.neutral.forEach((_, i) => {
      const owners = Number(inputs.rowAt[i]! >= 0) + Number(inputs.groupAt[i]! >= 0);
      expect(owners).toBe(i % 12 === 11 ? 0 : 1);
    });
    expect(inputs.groups).toEqual([
      { input: 'price', period: 'window' },
      { input: 'promotion', period: 'window' },
      { input: 'kind', period: null },
      { input: 'price', period: 'horizon' },
      { input: 'promotion', period: 'horizon' }
    ]);
  });

  test('stay finite whatever the numbers, and inside the rows that are known', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 16, maxLength: 16 }),
        fc.integer({ min: 3, max: 12 }),
        fc.constantFrom(1, 3),
        (column, end, season) => {
          const columns = [Float64Array.from(column)];
          const given = encode({ regressors: [{ names: ['x'], columns }] }, [12], season);
          const layout = networkInputs({ ...shape, season, horizon: 9 }, given);
          const written = new Float32Array(layout.size);
          layout.write(values[0]!, { series: 0, end }, written, 0);
          return written.every((value) => Number.isFinite(value) && Math.abs(value) < 100);
        }
      ),
      { numRuns: 50 }
    );
  });
});
