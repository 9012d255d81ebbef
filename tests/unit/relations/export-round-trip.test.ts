import fc from 'fast-check';
import { readXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boolean, columns, numeric, text, toRows, type Columns } from '#lib/base/columns.ts';
import source from '#lib/cells/source/index.ts';
import load from '#lib/cells/source/run.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { exportRelation } from '#lib/relations/export/index.ts';
import type { CsvOptions, ExportFormat } from '#lib/runtime/engine.ts';
import { openTestDuckDb, runLoadKindForTest } from '../../support/duckdb.ts';

let relations: DuckDbRelations;
beforeAll(async () => {
  relations = await openTestDuckDb();
});
afterAll(() => relations.close());

const letters = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  fc.constantFrom(
    '',
    ' ',
    '007',
    '1e5',
    'null',
    'NULL',
    'true',
    '-',
    '=1+1',
    "it's",
    '""',
    '_x0041_'
  ),
  fc.string({
    unit: fc.constantFrom('"', ',', ';', '\t', '\n', '\r', ' ', '|', '\\', 'é', '𝄞'),
    maxLength: 8
  })
);

const day = fc.integer({ min: -700_000, max: 2_900_000 }).map((d) => d * 86_400_000);
const moment = fc
  .integer({ min: -60_000_000_000, max: 250_000_000_000 })
  .map((s) => s * 1000 + 0.25);
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);

/** Rows of one column of each type, any of it missing. */
const table = fc
  .array(
    fc.record({
      n: fc.option(fc.maxSafeInteger()),
      x: fc.option(double),
      s: fc.option(letters),
      b: fc.option(fc.boolean()),
      d: fc.option(day),
      t: fc.option(moment)
    }),
    { minLength: 1, maxLength: 20 }
  )
  .map((rows): Columns =>
    columns({
      id: numeric(
        rows.map((_, i) => i),
        'integer'
      ),
      n: numeric(
        rows.map((r) => r.n),
        'integer'
      ),
      x: numeric(rows.map((r) => r.x)),
      's, "quoted"': text(rows.map((r) => r.s)),
      b: boolean(rows.map((r) => r.b)),
      d: numeric(
        rows.map((r) => r.d),
        'date'
      ),
      t: numeric(
        rows.map((r) => r.t),
        'timestamp'
      )
    })
  );

async function written(given: Columns, format: ExportFormat, csv: CsvOptions = {}) {
  await relations.drop(['given']);
  const info = await relations.write('given', given);
  const loadParquet = () => import('parquet-wasm');
  const { signal } = new AbortController();
  const parts = { relations, loadParquet };
  const blob = await exportRelation(parts, info, { format, csv }, signal, () => undefined);
  return new Uint8Array(await blob.arrayBuffer());
}

/** What the engine holds: doubles of milliseconds carry microseconds only within 285 years of 1970. */
async function held({ emptyIsMissing }: { emptyIsMissing: boolean }) {
  return toRows(await relations.read('given')).map((row) => {
    const words = row['s, "quoted"'];
    return { ...row, 's, "quoted"': emptyIsMissing && words === '' ? null : words };
  });
}

async function backFrom(bytes: Uint8Array<ArrayBuffer>, format: ExportFormat, options = '') {
  const contract = `columns: {id: integer, n: integer, x: number, 's, "quoted"': text, b: boolean, d: date, t: timestamp}`;
  const outcome = await runLoadKindForTest(relations, source, load, {
    body: `file: t.${format}\n${contract}\n${options}`,
    name: 'back',
    files: { [`t.${format}`]: bytes }
  });
  expect(outcome.problems).toEqual([]);
  return toRows(outcome.relations['back']!);
}

const runs = { numRuns: 25, endOnFailure: false };

describe('what is written comes back equal through the loader', () => {
  test.each(['json', 'ndjson', 'parquet', 'arrow'] as const)('%s', async (format) => {
    await fc.assert(
      fc.asyncProperty(table, async (given) => {
        const back = await backFrom(await written(given, format), format);
        // To the loader, an empty text is a missing one in every text format.
        const emptyIsMissing = format.endsWith('json');
        expect(back).toEqual(await held({ emptyIsMissing }));
      }),
      runs
    );
  });

  test.each([{}, { delimiter: ';', bom: true }, { delimiter: '\t' }] as const)(
    'csv %o, where an empty text is a missing one',
    async (csv) => {
      await fc.assert(
        fc.asyncProperty(table, async (given) => {
          const delimiter = 'delimiter' in csv ? csv.delimiter : ',';
          const named = delimiter === '\t' ? 'tab' : delimiter;
          const options = `options: { delimiter: "${named}", encoding: utf-8 }`;
          const back = await backFrom(await written(given, 'csv', csv), 'csv', options);
          expect(back).toEqual(await held({ emptyIsMissing: true }));
        }),
        runs
      );
    }
  );

  test('xlsx, as a spreadsheet library reads it', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (given) => {
        const book = await readXlsx(await written(given, 'xlsx'));
        const [, ...rows] = book.sheets[0]!.rows;
        expect(rows.length).toBe(given.length);
        for (const [i, row] of toRows(given).entries()) {
          const [id, n, x, s, b] = rows[i]!;
          expect([id, b]).toEqual([i, row['b']]);
          expect(Number(n ?? Number.NaN)).toBe(row['n'] ?? Number.NaN);
          expect(x).toEqual(row['x']);
          expect(s === null ? '' : s).toBe(row['s, "quoted"'] ?? '');
        }
      }),
      runs
    );
  });
});
