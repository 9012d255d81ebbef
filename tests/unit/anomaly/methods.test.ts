import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns, numeric, toRows, type Columns } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import { robustScale } from '#lib/analytics/anomaly/judge.ts';
import { novelty } from '#lib/analytics/anomaly/novelty.ts';
import { bridged, seasonalJudge } from '#lib/analytics/anomaly/seasonal.ts';
import { walkForward } from '#lib/analytics/anomaly/walk-forward.ts';
import { median } from '#lib/analytics/stats/descriptive.ts';
import { normalQuantile } from '#lib/analytics/stats/normal.ts';
import kind from '#lib/cells/anomaly/index.ts';
import run from '#lib/cells/anomaly/run.ts';
import { trainAutoencoder } from '#lib/networks/tfjs-autoencoder.ts';
import golden from '../../golden/stl.json' with { type: 'json' };
import { runKind } from '../forecast/harness.ts';

const checkpoint = async () => {};
const day = 86_400_000;
const folder = '../shared/data/classic-series/';
const networks = {
  train: () => Promise.reject(new Error('no LSTM here')),
  trainAutoencoder
};

/** A week over a slow rise with normal noise, and what is planted into it. */
function weekly(rows: number, planted: Readonly<Record<number, number>>, seed = 3): Float64Array {
  const random = seeded(seed);
  return Float64Array.from({ length: rows }, (_, i) => {
    const season = 20 * Math.sin((2 * Math.PI * i) / 7);
    return 100 + 0.05 * i + season + 3 * normalQuantile(random() || 0.5) + (planted[i] ?? 0);
  });
}

function inTime(values: Record<string, ArrayLike<number | null>>): Columns {
  const length = Object.values(values)[0]!.length;
  const time = numeric(
    Array.from({ length }, (_, i) => i * day),
    'date'
  );
  const rest = Object.entries(values).map(([k, v]) => [k, numeric(Array.from(v))]);
  return columns({ time, ...(Object.fromEntries(rest) as Record<string, typeof time>) });
}

async function judged(body: string, table: Columns) {
  const { tables, report, warnings } = await runKind(
    kind,
    run,
    `source: table\n${body}`,
    { table },
    networks
  );
  const rows = toRows(tables['out']!);
  const odd = rows.flatMap((row, i) => (row['is_anomaly'] ? [i] : []));
  return { rows, odd, report, warnings };
}

const spikes = { 200: 60, 350: 60, 400: -60, 480: 60 };
const planted = Object.keys(spikes).map(Number);

describe('every method in time finds what the week hides from the mean', () => {
  const table = inTime({ units: weekly(600, spikes) });
  const extras: Readonly<Record<string, number>> = {
    seasonal: 6,
    forecast: 2,
    kmeans: 3,
    novelty: 14
  };

  test.each([
    ['seasonal', ''],
    ['forecast', ''],
    ['novelty', ''],
    ['kmeans', '\nkmeans: { window: 7 }']
  ])('%s', async (method, block) => {
    const { odd, rows } = await judged(
      `time: time\nvalue: units\nmethod: ${method}${block}`,
      table
    );
    expect(odd).toEqual(expect.arrayContaining(planted));
    expect(odd.length).toBeLessThanOrEqual(planted.length + extras[method]!);
    for (const row of rows) {
      const [value, lo, hi] = [Number(row['units']), row['lo'], row['hi']];
      if (lo === null || row['is_anomaly'] === (row['reason'] === null)) {
        expect(row['is_anomaly']).toBe(false);
        continue;
      }
      const outside = value < Number(lo) - 1e-9 || value > Number(hi) + 1e-9;
      if (row['is_anomaly']) expect(outside).toBe(true);
      else if (method !== 'novelty') expect(outside).toBe(false);
    }
  });

  test('an autoencoder too, on TensorFlow.js, the same for the same seed', async () => {
    const body =
      'time: time\nvalue: units\nmethod: autoencoder\nautoencoder: { backend: cpu, epochs: 30 }';
    const short = inTime({ units: weekly(200, { 100: 60, 150: -60 }) });
    const once = await judged(body, short);
    expect(once.odd).toEqual(expect.arrayContaining([100, 150]));
    expect(once.odd.length).toBeLessThan(20);
    expect(once.report.engine).toBe('TensorFlow.js 4.22.0, cpu');
    expect((await judged(body, short)).rows).toEqual(once.rows);
  });
});

describe('several columns together', () => {
  /** Two columns that go together; row 77 has ordinary values in an unheard-of combination, row 150 an extreme one. */
  const random = seeded(11);
  const a = Float64Array.from({ length: 300 }, () => 10 * normalQuantile(random() || 0.5));
  const b = a.map((v) => 2 * v + normalQuantile(random() || 0.5));
  a[77] = 12;
  b[77] = -24;
  a[150] = 90;
  const table = columns({ a: numeric(a), b: numeric(b) });

  test.each([
    ['dbscan', [77, 150], 20],
    ['isolation_forest', [150], 40],
    ['kmeans', [150], 20],
    ['autoencoder', [77, 150], 20]
  ])('%s', async (method, expected, most) => {
    const block =
      method === 'autoencoder' ? '\nautoencoder: { backend: cpu, code: 1, epochs: 60 }' : '';
    const { odd, rows, report } = await judged(`columns: [a, b]\nmethod: ${method}${block}`, table);
    expect(odd).toEqual(expect.arrayContaining(expected));
    expect(odd.length).toBeLessThan(most);
    expect(rows[150]!['reason']).toMatch(/^[ab] is .* is ordinary \(\d+ %\)/);
    const worst = report.worst.find(({ value }) => value === 90)!;
    expect(worst.contributions.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 1);
    expect(report.drivers.reduce((sum, { anomalies }) => sum + anomalies, 0)).toBe(odd.length);
  });

  test('dbscan: a border row is a member and never an anomaly (REFERENCE.md, Behaviour)', async () => {
    const x = [...Array.from({ length: 20 }, (_, i) => i * 0.5), 10.4, 60];
    const { odd, rows } = await judged(
      'value: x\nmethod: dbscan\ndbscan: { eps: 0.1, min_points: 4 }',
      columns({ x: numeric(x) })
    );
    expect(odd).toEqual([21]);
    expect(rows[20]!['score']).toBe(rows[10]!['score']);
  });

  test('a row without one of the values is not judged', async () => {
    const gaps = columns({ a: numeric([...a.slice(0, 50), null]), b: numeric(b.slice(0, 51)) });
    const { rows, report } = await judged('columns: [a, b]\nmethod: kmeans', gaps);
    expect(rows[50]).toMatchObject({ score: null, expected: null, is_anomaly: false });
    expect(report.missing).toBe(1);
  });
});

describe('the seasonal method', () => {
  test.skipIf(!existsSync(folder)).each(golden.fits)(
    "expects R's trend + season, up to the median remainder ($series, window $window)",
    async ({ series, season, window, robust, trend, seasonal }) => {
      const lines = readFileSync(`${folder}${series}.csv`, 'utf8').trim().split('\n').slice(1);
      const values = Float64Array.from(lines, (line) => Number(line.split(',')[1]));
      const judge = await seasonalJudge(
        { name: 'x', values },
        { season, window: window === 'periodic' ? 'periodic' : Number(window), robust, checkpoint }
      );
      const remainder = values.map((value, t) => value - trend[t]! - seasonal[t]!);
      const { scores } = robustScale(remainder);
      const middle = median(remainder);
      const size = 1e-6 * Math.max(...values);
      scores.forEach((score, t) => {
        expect(judge.scores[t]).toBeCloseTo(score, 3);
        const off = judge.expected(t, 3.5) - trend[t]! - seasonal[t]! - middle;
        expect(Math.abs(off)).toBeLessThan(3 * size);
      });
    }
  );

  test('bridges missing values for the decomposition and judges the others', async () => {
    expect(Array.from(bridged(Float64Array.of(NaN, 1, NaN, 3, NaN)))).toEqual([1, 1, 2, 3, 3]);
    const values = Array.from(weekly(100, { 60: 50 }), (v, i): number | null =>
      i === 30 ? null : v
    );
    const { odd, rows } = await judged(
      'time: time\nvalue: units\nmethod: seasonal',
      inTime({ units: values })
    );
    expect(odd).toContain(60);
    expect(rows[30]!['score']).toBeNull();
  });

  test('a gap, no season, too short: told with a remedy', async () => {
    const table = inTime({ units: weekly(30, {}) });
    const gap = columns({
      time: numeric(
        [0, 1, 2, 3, 5, 6].map((d) => d * day),
        'date'
      ),
      units: numeric([1, 2, 3, 4, 5, 6])
    });
    const body = 'time: time\nvalue: units\nmethod: seasonal';
    await expect(judged(body, gap)).rejects.toMatchObject({ problem: { code: 'demand.gap' } });
    const long = `${body}\nseasonal: { season: 20 }`;
    await expect(judged(long, table)).rejects.toMatchObject({
      problem: { code: 'anomaly.too-short' }
    });
    const numbers = columns({ time: numeric([1, 2, 3, 4]), units: numeric([1, 2, 1, 2]) });
    await expect(judged(body, numbers)).rejects.toMatchObject({
      problem: { code: 'anomaly.no-season' }
    });
  });
});

describe('the forecast method', () => {
  test('causal: what comes later changes nothing before it', async () => {
    const values = weekly(400, spikes);
    const options = { season: 7, history: 100, threshold: 3, checkpoint };
    const whole = await walkForward(values, options);
    const part = await walkForward(values.slice(0, 220), options);
    expect(part.expected).toEqual(whole.expected.slice(0, 220));
    expect(part.half).toEqual(whole.half.slice(0, 220));
  });

  test('the band holds about the share of rows that it states', async () => {
    const values = weekly(4000, {}, 9);
    const threshold = -normalQuantile(0.05);
    const { expected, half } = await walkForward(values, {
      season: 7,
      history: 1000,
      threshold,
      checkpoint
    });
    let judgedRows = 0;
    let inside = 0;
    values.forEach((value, t) => {
      if (Number.isNaN(half[t]!)) return;
      judgedRows++;
      if (Math.abs(value - expected[t]!) <= half[t]!) inside++;
    });
    expect(judgedRows).toBeGreaterThan(3950);
    expect(inside / judgedRows).toBeGreaterThan(0.88);
    expect(inside / judgedRows).toBeLessThan(0.92);
  });

  test('a spike does not make the rows after it odd; a lasting shift becomes the new normal', async () => {
    const values = weekly(400, { 200: 80 }).map((v, t) => (t >= 300 ? v + 60 : v));
    const { odd } = await judged(
      'time: time\nvalue: units\nmethod: forecast',
      inTime({ units: values })
    );
    expect(odd).toContain(200);
    expect(odd).not.toContain(201);
    expect(odd).not.toContain(207);
    expect(odd).toContain(300);
    expect(odd.filter((t) => t > 310)).toEqual([]);
  });
});

describe('novelty', () => {
  test('a repeated value is not novel, one never seen is, and an incident is told once', async () => {
    const values = Float64Array.from({ length: 300 }, (_, i) => i % 10);
    values.set([30, 29, 31], 200);
    const { raw, shadowed } = await novelty(values, {
      prototypes: 50,
      refractory: 20,
      learning: 30,
      places: null,
      checkpoint
    });
    expect(raw.slice(0, 30).every(Number.isNaN)).toBe(true);
    expect(raw.slice(30, 200).every((v) => v === 0)).toBe(true);
    expect(raw[200]).toBe(1);
    expect(Array.from(shadowed.slice(200, 204))).toEqual([0, 1, 1, 1]);
  });
});

describe('any input', () => {
  test.each(['zscore', 'iqr', 'mad'])(
    '%s: beside the least of numbers others stay finite',
    async (method) => {
      const least = Number.MIN_VALUE;
      const x = [0, 0, least, least, 2 * least, 3 * least, 1e-9];
      const { rows } = await judged(`time: time\nvalue: x\nmethod: ${method}`, inTime({ x }));
      for (const { score } of rows) expect(Number.isFinite(score)).toBe(true);
      expect(rows.at(-1)!['score']).toBeGreaterThan(1);
    }
  );

  const plain = ['zscore', 'iqr', 'mad', 'kmeans', 'dbscan', 'isolation_forest'];
  const series = fc.oneof(
    fc.array(fc.constant(5), { minLength: 1, maxLength: 40 }),
    fc.array(fc.double({ min: -1e12, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 40 }),
    fc.array(fc.double({ min: 0, max: 1e-9, noNaN: true }), { minLength: 1, maxLength: 40 }),
    fc.array(fc.option(fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 40 })
  );

  test.each([...plain, 'novelty', 'forecast'])(
    '%s gives a finite score to every value it judges',
    async (method) => {
      await fc.assert(
        fc.asyncProperty(series, async (x) => {
          if (method === 'forecast' && x.length < 2) return;
          const { rows } = await judged(`time: time\nvalue: x\nmethod: ${method}`, inTime({ x }));
          for (const [i, row] of rows.entries()) {
            if (x[i] === null) expect(row['score']).toBeNull();
            else if (plain.includes(method)) expect(Number.isFinite(row['score'])).toBe(true);
            else expect(row['score'] === null || Number.isFinite(row['score'])).toBe(true);
          }
        }),
        { numRuns: 40 }
      );
    }
  );

  test('the robust z does not change with unit or origin', () => {
    const list = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 60 });
    fc.assert(
      fc.property(list, (values) => {
        const plainScores = robustScale(Float64Array.from(values)).scores;
        const moved = robustScale(Float64Array.from(values, (v) => 8 * v + 4096)).scores;
        moved.forEach((score, i) => expect(score).toBeCloseTo(plainScores[i]!, 8));
      })
    );
  });

  test.each(['kmeans', 'dbscan', 'isolation_forest'])(
    '%s: scores do not change with the unit of a column',
    async (method) => {
      const a = Array.from(weekly(120, { 50: 80 }));
      const b = Array.from(weekly(120, {}, 5));
      const body = `columns: [a, b]\nmethod: ${method}`;
      const once = await judged(body, inTime({ a, b }));
      const scaled = await judged(body, inTime({ a: a.map((v) => 1024 * v), b }));
      expect(scaled.odd).toEqual(once.odd);
    }
  );

  test('many rows, by isolation forest and k-means', async () => {
    const random = seeded(21);
    const x = Float64Array.from({ length: 50_000 }, () => random() + random() + random());
    for (let i = 0; i < 100; i++) x[1 + 499 * i] = 20 + i / 10;
    const table = columns({ x: numeric(x) });
    const block = 'isolation_forest: { trees: 20 }';
    const forest = await judgedColumns(`value: x\nmethod: isolation_forest\n${block}`, table);
    const clusters = await judgedColumns(
      'value: x\nmethod: kmeans\nkmeans: { restarts: 2 }',
      table
    );
    for (const { worst } of [forest, clusters]) {
      expect(worst).toHaveLength(20);
      for (const { value } of worst) expect(value).toBeGreaterThanOrEqual(20);
    }
  });

  test('too long a series for dbscan says what to do', async () => {
    const table = columns({ x: numeric(new Float64Array(200_001)) });
    await expect(judgedColumns('value: x\nmethod: dbscan', table)).rejects.toMatchObject({
      problem: { code: 'anomaly.too-many-rows' }
    });
  });
});

async function judgedColumns(body: string, table: Columns) {
  return (await runKind(kind, run, `source: table\n${body}`, { table })).report;
}

describe('what does not go together is refused in its line, what does nothing is told', () => {
  test.each([
    ['value: x\nmethod: forecast', 'method'],
    ['value: x\nmethod: kmeans\nkmeans: { window: 5 }', 'kmeans'],
    [
      'columns: [x, y]\ntime: t\nmethod: isolation_forest\nisolation_forest: { window: 5 }',
      'isolation_forest'
    ],
    ['value: x\nmethod: autoencoder', 'method']
  ])('%s', (body) => {
    const { config, problems } = kind.body.parse(`source: a\n${body}`, {});
    expect(config).toBeNull();
    expect(problems[0]).toMatchObject({ code: 'config.combination' });
  });

  test('a block of another method', async () => {
    const { warnings } = await judged(
      'value: x\nmethod: mad\nkmeans: { k: 2 }',
      columns({ x: numeric([1, 2, 3]) })
    );
    expect(warnings[0]).toMatchObject({ code: 'anomaly.no-effect' });
  });

  test('an autoencoder where no network can be trained', async () => {
    const table = inTime({ x: [1, 2, 3, 4] });
    const body = 'source: table\ntime: time\nvalue: x\nmethod: autoencoder';
    await expect(runKind(kind, run, body, { table })).rejects.toMatchObject({
      problem: { code: 'anomaly.no-network' }
    });
  });
});
