import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import clean, { type CleanReport } from '#lib/cells/clean/index.ts';
import runClean from '#lib/cells/clean/run.ts';
import { giveTables } from '../../support/duckdb.ts';
import { toRows } from '#lib/base/columns.ts';
import { rowsOf, sqlKind, sharedDuckDb } from './support.ts';

interface Line {
  readonly day: number;
  readonly q: number;
}

const run = sqlKind(clean, runClean);
const step = (more = '') =>
  `source: t\nsteps:\n  - match_returns: { sku: s, quantity: q, time: d${more} }`;
const table = (lines: readonly Line[]) =>
  [
    'i,s,q,d',
    ...lines.map((l, i) => `${i},a,${l.q},2024-01-${String(l.day).padStart(2, '0')}`)
  ].join('\n');

async function left(lines: readonly Line[], more = ''): Promise<[number, number][]> {
  const outcome = await run({ body: step(more), given: { t: table(lines) } });
  return rowsOf(outcome, 'example').map((row) => [Number(row[0]), Number(row[2])]);
}

/** The same by hand: exact pairs first, then the latest open sale first. */
function byHand(lines: readonly Line[], within: number): [number, number][] {
  const open = lines.map((l, i) => ({ i, ...l })).filter((l) => l.q !== 0);
  open.sort((a, b) => a.day - b.day || Number(a.q < 0) - Number(b.q < 0) || a.i - b.i);
  const gone = new Set<number>();
  const stacks = new Map<number, typeof open>();
  for (const line of open) {
    const stack =
      stacks.get(Math.abs(line.q)) ?? stacks.set(Math.abs(line.q), []).get(Math.abs(line.q))!;
    if (line.q > 0) stack.push(line);
    else {
      const sale = stack.pop();
      if (sale && line.day - sale.day <= within) gone.add(line.i).add(sale.i);
    }
  }
  const rest = new Map(open.filter((l) => !gone.has(l.i)).map((l) => [l.i, l.q]));
  const sales: { i: number; day: number; units: number }[] = [];
  for (const line of open.filter((l) => !gone.has(l.i))) {
    if (line.q > 0) {
      sales.push({ i: line.i, day: line.day, units: line.q });
      continue;
    }
    let wanted = -line.q;
    while (wanted > 0 && sales.length > 0) {
      const sale = sales.at(-1)!;
      const units = Math.min(wanted, sale.units);
      if (line.day - sale.day <= within) {
        rest.set(sale.i, rest.get(sale.i)! - units);
        rest.set(line.i, rest.get(line.i)! + units);
      }
      sale.units -= units;
      wanted -= units;
      if (sale.units === 0) sales.pop();
    }
  }
  return lines.flatMap((l, i): [number, number][] => {
    const q = l.q === 0 ? 0 : gone.has(i) ? null : rest.get(i)!;
    return q === null || (q === 0 && l.q !== 0) ? [] : [[i, q]];
  });
}

describe('match_returns', () => {
  test('a giant pair goes whole, whatever was sold in between', async () => {
    expect(
      await left([
        { day: 1, q: 80995 },
        { day: 2, q: 3 },
        { day: 3, q: -80995 }
      ])
    ).toEqual([[1, 3]]);
  });

  test('a return may take several sales, the latest first, and a part of one', async () => {
    const lines = [
      { day: 1, q: 10 },
      { day: 2, q: 4 },
      { day: 3, q: 5 },
      { day: 4, q: -7 }
    ];
    expect(await left(lines)).toEqual([
      [0, 10],
      [1, 2]
    ]);
    expect(await left(lines, ', partial: false')).toHaveLength(4);
    expect(await left(lines, ', within: 1d')).toEqual([
      [0, 10],
      [1, 4],
      [3, -2]
    ]);
  });

  test('what was returned before it was sold stays', async () => {
    expect(
      await left([
        { day: 1, q: -2 },
        { day: 2, q: 5 }
      ])
    ).toEqual([
      [0, -2],
      [1, 5]
    ]);
  });

  test('as by hand; matched units never exceed the sales, and nothing is lost in sum', async () => {
    const line = fc.record({
      day: fc.integer({ min: 1, max: 28 }),
      q: fc.integer({ min: -6, max: 8 })
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 14 }),
        fc.constantFrom(2, 7, 1000),
        async (lines, within) => {
          const after = await left(lines, `, within: ${within}d`);
          expect(after).toEqual(byHand(lines, within));
          const sum = (all: readonly number[]) => all.reduce((s, q) => s + q, 0);
          expect(sum(after.map(([, q]) => q))).toBe(sum(lines.map((l) => l.q)));
        }
      ),
      { numRuns: 15, seed: 5 }
    );
  }, 120_000);
});

describe('normalise', () => {
  const given = { t: 's,x,y\na,1,10\na,3,20\nb,5,50\nb,9,90\nb,,70' };
  const columns = 'columns: [x, y], method: zscore, by: s';

  test('keeps its parameters; the same rows with them give the same values', async () => {
    const found = await run({ body: `source: t\nsteps:\n  - normalise: { ${columns} }`, given });
    const kept = found.relations['example_parameters']!;
    expect(kept.names).toEqual(['step', 'column', 'method', 's', 'a', 'b']);
    expect(toRows(kept)[0]).toMatchObject({ step: 1, column: 'x', method: 'zscore', s: 'a', a: 2 });
    const again = await run({
      body: `source: t\nsteps:\n  - normalise: { ${columns}, parameters: kept }`,
      given: { ...given, kept }
    });
    expect(again.relations['example']).toEqual(found.relations['example']);
    expect(again.relations['example_parameters']).toBeUndefined();
  });

  test('new rows are put on the old scale; a group that was not there becomes missing', async () => {
    const kept = 'step,column,method,s,a,b\n1,x,minmax,a,10,20';
    const body =
      'source: t\nsteps:\n  - normalise: { columns: x, method: minmax, by: s, parameters: kept }';
    const outcome = await run({ body, given: { t: 's,x\na,40\nc,5', kept } });
    expect(rowsOf(outcome, 'example')).toEqual([
      ['a', 1.5],
      ['c', null]
    ]);
  });
});

describe('the recipe as a query', () => {
  const shared = sharedDuckDb();
  const recipes = [
    '- match_returns: { sku: s, quantity: q, time: d, within: 9d }',
    '- dedupe: { by: [s, d], keep: last }',
    '- outliers: { column: q, method: iqr, action: cap }',
    '- normalise: { columns: q, by: s }',
    '- fill: { column: q, with: mean }',
    '- complete: { time: d, every: 1d, by: s, fill: { q: 0 } }'
  ];

  test('gives the rows of the cell, and every step adds up', async () => {
    const line = fc.record({
      day: fc.integer({ min: 1, max: 28 }),
      q: fc.integer({ min: -5, max: 9 })
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.subarray(recipes, { minLength: 1 }),
        async (lines, steps) => {
          const t = table(lines);
          const outcome = await run({
            body: ['source: t', 'steps:', ...steps.map((s) => `  ${s}`)].join('\n'),
            given: { t }
          });
          const report = outcome.report as CleanReport;
          await giveTables(shared(), { t });
          const asQuery = await shared().query(report.sql);
          expect(toRows(asQuery)).toEqual(toRows(outcome.relations['example']!));
          for (const [i, s] of report.steps.entries()) {
            const { parts, previews } = report.recipe;
            const tables = parts.slice(0, i + 2).join(', ');
            const touched = await shared().query(
              `WITH ${tables} SELECT count(*) FROM (${previews[i]!})`
            );
            expect(Number(touched.vectors[0]!.values[0])).toBe(s.rowsChanged);
            expect(s.rowsChanged).toBeGreaterThanOrEqual(Math.abs(s.rowsAfter - s.rowsBefore));
            expect(s.rowsBefore).toBe(i === 0 ? lines.length : report.steps[i - 1]!.rowsAfter);
          }
          expect(report.steps.at(-1)!.rowsAfter).toBe(outcome.relations['example']!.length);
        }
      ),
      { numRuns: 8, seed: 9 }
    );
  }, 120_000);
});
