import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { tableFromIPC } from '@uwdata/flechette';
import { unzipSync } from 'fflate';
import { readXlsx } from 'hucre/xlsx';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deferred } from '#lib/base/deferred.ts';
import { Cancelled, ProblemError } from '#lib/base/problem.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { exportRelation, type ExportRequest } from '#lib/relations/export/index.ts';
import { openTestDuckDb } from '../../support/duckdb.ts';
import { timeUntil } from '../../support/in-time.ts';

let relations: DuckDbRelations;
let native: DuckDBConnection;
let folder: string;

beforeAll(async () => {
  relations = await openTestDuckDb();
  native = await (await DuckDBInstance.create()).connect();
  await native.run(`SET TimeZone = 'UTC'`);
  folder = await mkdtemp(path.join(tmpdir(), 'qm-export-'));
});

afterAll(async () => {
  await relations.close();
  native.closeSync();
  await rm(folder, { recursive: true });
});

async function make(table: string, select: string): Promise<void> {
  await relations.drop([table]);
  await relations.createAs(table, select);
}

interface How extends ExportRequest {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

async function exported(table: string, { signal, onProgress, ...how }: How): Promise<Blob> {
  const info = (await relations.describe(table))!;
  return exportRelation(
    { relations, loadParquet: () => import('parquet-wasm') },
    info,
    how,
    signal ?? new AbortController().signal,
    ({ done }) => onProgress?.(done ?? 0)
  );
}

async function fileOf(table: string, how: ExportRequest): Promise<string> {
  const file = path.join(folder, `${table}.${how.format}`);
  await writeFile(file, new Uint8Array(await (await exported(table, how)).arrayBuffer()));
  return file;
}

/** Every value of a native query as its text, row by row. */
async function texts(sql: string): Promise<(string | null)[][]> {
  const reader = await native.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM (${sql})`);
  return reader.getRowsJson() as (string | null)[][];
}

/** A table of every type, with nothing, with the least and with the greatest there is. */
const everyType = `SELECT * FROM (VALUES
  (1::BIGINT, true, 'say "hi", you', DATE '2024-02-29', TIMESTAMP '2024-02-29 12:34:56.123456', 0.1::DOUBLE, 12.34::DECIMAL(18,2), 1::HUGEINT, 'f47ac10b-58cc-4372-a567-0e02b2c3d479'::UUID, TIME '10:11:12.5'),
  (9007199254740993, false, e'two\\nlines\\r\\nand a \\t tab', DATE '1582-10-15', TIMESTAMP '1899-12-31 00:00:00', 0.30000000000000004, -99999999999.99, 170141183460469231731687303715884105727, NULL, NULL),
  (-9223372036854775808, NULL, '', DATE '9999-12-31', TIMESTAMP '2262-04-11 23:47:16.854775', 1e308, 0.00, -170141183460469231731687303715884105727, NULL, TIME '00:00:00'),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (0, true, '日本, ü'';--🚚', DATE '1970-01-01', TIMESTAMP '1970-01-01 00:00:00', -0.0, 1.10, 0, '00000000-0000-0000-0000-000000000000', TIME '23:59:59.999999'),
  (42, false, ' blanks around ', DATE '2000-01-01', TIMESTAMP '2000-01-01 00:00:00', 5e-324, 5.00, 7, NULL, NULL)
) t(i, b, s, d, ts, x, m, h, u, ti)`;

const nestedRows = `SELECT * FROM (VALUES
  (1, ['a', 'b"c', NULL], {'k': 1, 'a b': [1.5, NULL], 'in': {'deep': 'é'}}, MAP {'x': [1, 2], 'y"': []}),
  (2, [], {'k': NULL, 'a b': NULL, 'in': NULL}, MAP {}),
  (3, NULL, NULL, NULL)
) t(id, list, s, m)`;

describe('read back by native DuckDB', () => {
  const golden = async () => {
    await make('every', everyType);
    return texts(everyType);
  };

  test('CSV', async () => {
    const expected = await golden();
    const file = await fileOf('every', { format: 'csv' });
    const types = `{'i': 'BIGINT', 'b': 'BOOLEAN', 's': 'VARCHAR', 'd': 'DATE', 'ts': 'TIMESTAMP', 'x': 'DOUBLE', 'm': 'DECIMAL(18,2)', 'h': 'HUGEINT', 'u': 'UUID', 'ti': 'TIME'}`;
    expect(
      await texts(
        `FROM read_csv('${file}', header = true, delim = ',', quote = '"', escape = '"', columns = ${types}, allow_quoted_nulls = false, new_line = '\\n')`
      )
    ).toEqual(expected);
  });

  test('CSV for Excel: its own delimiter and a byte-order mark', async () => {
    await golden();
    const blob = await exported('every', { format: 'csv', csv: { delimiter: ';', bom: true } });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const text = new TextDecoder().decode(bytes);
    expect(text.split('\n')[1]).toMatch(/^1;true;"say ""hi"", you";2024-02-29;/);
    expect(text).toContain(`日本, ü';--🚚`);
  });

  test('JSON and NDJSON', async () => {
    const expected = await golden();
    const types = `{i: 'BIGINT', b: 'BOOLEAN', s: 'VARCHAR', d: 'DATE', ts: 'TIMESTAMP', x: 'DOUBLE', m: 'DECIMAL(18,2)', h: 'VARCHAR', u: 'UUID', ti: 'TIME'}`;
    const array = await fileOf('every', { format: 'json' });
    expect(await texts(`FROM read_json('${array}', format = 'array', columns = ${types})`)).toEqual(
      expected
    );
    const lines = await fileOf('every', { format: 'ndjson' });
    expect(
      await texts(`FROM read_json('${lines}', format = 'newline_delimited', columns = ${types})`)
    ).toEqual(expected);
  });

  test('Parquet', async () => {
    const expected = await golden();
    const file = await fileOf('every', { format: 'parquet' });
    expect(await texts(`FROM '${file}'`)).toEqual(expected);
  });

  test('SQL', async () => {
    const expected = await golden();
    const file = await fileOf('every', { format: 'sql' });
    const { readFile } = await import('node:fs/promises');
    await native.run('DROP TABLE IF EXISTS every');
    await native.run(await readFile(file, 'utf8'));
    expect(await texts('FROM every')).toEqual(expected);
    const types = await texts(
      `SELECT data_type FROM duckdb_columns() WHERE table_name = 'every' ORDER BY column_index`
    );
    expect(types.flat()).toEqual(
      'BIGINT BOOLEAN VARCHAR DATE TIMESTAMP DOUBLE DECIMAL(18,2) HUGEINT UUID TIME'.split(' ')
    );
  });

  test('NaN and infinities stay where the format has them', async () => {
    const sql = `SELECT * FROM (VALUES ('nan'::DOUBLE), ('inf'), ('-inf'), (NULL), (1.5)) t(x)`;
    await make('odd', sql);
    const expected = await texts(sql);
    const parquet = await fileOf('odd', { format: 'parquet' });
    expect(await texts(`FROM '${parquet}'`)).toEqual(expected);
    const script = await exported('odd', { format: 'sql' });
    await native.run('DROP TABLE IF EXISTS odd');
    await native.run(await script.text());
    expect(await texts('FROM odd')).toEqual(expected);
    const csv = await fileOf('odd', { format: 'csv' });
    expect(
      await texts(
        `FROM read_csv('${csv}', header = true, columns = {'x': 'DOUBLE'}, allow_quoted_nulls = true)`
      )
    ).toEqual(expected);
    const json = JSON.parse(await (await exported('odd', { format: 'json' })).text()) as unknown;
    expect(json).toEqual([{ x: null }, { x: null }, { x: null }, { x: null }, { x: 1.5 }]);
  });

  test('nested values: JSON in JSON, their text in CSV and SQL, kept in Parquet', async () => {
    await make('nested', nestedRows);
    const lines = (await (await exported('nested', { format: 'ndjson' })).text())
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        id: 1,
        list: ['a', 'b"c', null],
        s: { k: 1, 'a b': [1.5, null], in: { deep: 'é' } },
        m: { x: [1, 2], 'y"': [] }
      },
      { id: 2, list: [], s: { k: null, 'a b': null, in: null }, m: {} },
      { id: 3, list: null, s: null, m: null }
    ]);
    const csv = await fileOf('nested', { format: 'csv' });
    const rows = await texts(`FROM read_csv('${csv}', all_varchar = true, header = true)`);
    expect(rows[0]).toEqual([
      '1',
      'a, b"c',
      '{"k":1,"a b":[1.5,null],"in":{"deep":"é"}}',
      '{"x":[1,2],"y\\"":[]}'
    ]);
    const parquet = await fileOf('nested', { format: 'parquet' });
    expect(await texts(`FROM '${parquet}'`)).toEqual(await texts(nestedRows));
    await native.run('DROP TABLE IF EXISTS nested');
    await native.run(await (await exported('nested', { format: 'sql' })).text());
    expect(await texts(`SELECT s::JSON->>'in' FROM nested WHERE id = 1`)).toEqual([
      ['{"deep":"é"}']
    ]);
  });

  test('types that few formats know travel as text', async () => {
    const sql = `SELECT 'a'::ENUM('a', 'b,''c') AS e, ['a']::ENUM('a', 'b')[] AS es, INTERVAL 36 DAY AS iv,
      '101'::BIT AS bits, 5::UHUGEINT AS uh, '\\xAB\\x01'::BLOB AS blob, [1, 2]::INTEGER[2] AS arr,
      TIMESTAMPTZ '2024-01-01 00:00:00+02' AS tz, 7::UBIGINT AS ub, 1.5::FLOAT AS f`;
    await make('rare', sql);
    const parquet = await fileOf('rare', { format: 'parquet' });
    expect(await texts(`FROM '${parquet}'`)).toEqual(await texts(sql));
    await native.run('DROP TABLE IF EXISTS rare');
    await native.run(await (await exported('rare', { format: 'sql' })).text());
    const [row] = await texts('FROM rare');
    expect(row!.slice(0, 5)).toEqual(['a', '["a"]', '36 days', '101', '5']);
    const json = JSON.parse(await (await exported('rare', { format: 'json' })).text()) as object[];
    expect(json[0]).toMatchObject({
      e: 'a',
      es: ['a'],
      arr: [1, 2],
      tz: '2023-12-31T22:00:00Z',
      uh: 5
    });
  });

  test('many rows: several INSERTs, several row groups, nothing lost', async () => {
    await make('many', `SELECT i, 'r' || i AS s FROM range(60001) t(i)`);
    await native.run('DROP TABLE IF EXISTS many');
    await native.run(await (await exported('many', { format: 'sql' })).text());
    expect(await texts('SELECT count(*), sum(i), max(s) FROM many')).toEqual([
      ['60001', '1800030000', 'r9999']
    ]);
    const parquet = await fileOf('many', { format: 'parquet' });
    expect(await texts(`SELECT count(*), sum(i) FROM '${parquet}'`)).toEqual([
      ['60001', '1800030000']
    ]);
  });
});

describe('Arrow', () => {
  test('the file says where its batches are', async () => {
    await make('many', `SELECT i, 'r' || i AS s, [i] AS l FROM range(10001) t(i)`);
    const seen: number[] = [];
    const blob = await exported('many', { format: 'arrow', onProgress: (done) => seen.push(done) });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    expect(new TextDecoder().decode(bytes.subarray(0, 6))).toBe('ARROW1');
    expect(new TextDecoder().decode(bytes.subarray(-6))).toBe('ARROW1');
    const table = tableFromIPC(bytes);
    expect(table.numRows).toBe(10_001);
    expect(table.getChild('s').at(10_000)).toBe('r10000');
    expect(seen.at(-1)).toBe(10_001);
  });

  test('no rows', async () => {
    await make('none', 'SELECT 1 AS a, 2 AS b WHERE false');
    const bytes = new Uint8Array(await (await exported('none', { format: 'arrow' })).arrayBuffer());
    expect(tableFromIPC(bytes).numRows).toBe(0);
    expect(await (await exported('none', { format: 'sql' })).text()).toBe(
      'CREATE TABLE "none" (\n  "a" INTEGER,\n  "b" INTEGER\n);\n'
    );
  });
});

describe('XLSX', () => {
  async function sheetXml(blob: Blob): Promise<Readonly<Record<string, string>>> {
    const parts = unzipSync(new Uint8Array(await blob.arrayBuffer()));
    return Object.fromEntries(
      Object.entries(parts).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)])
    );
  }

  test('numbers, dates and texts are what they are', async () => {
    await make(
      'sheet',
      `SELECT * FROM (VALUES
        ('0012', 5::BIGINT, 9007199254740993, DATE '2024-02-29', TIMESTAMP '2024-02-29 12:30:00', 1.5, true, ['a', 'b'], DATE '1850-01-01'),
        (e'a & <b>\\r\\n_x0041_ \\x01', NULL, 12, NULL, NULL, 'inf'::DOUBLE, false, NULL, DATE '1900-03-01'),
        (NULL, -3, NULL, NULL, NULL, 'nan'::DOUBLE, NULL, [], NULL)
      ) t(sku, qty, id, day, seen, x, ok, tags, old)`
    );
    const blob = await exported('sheet', { format: 'xlsx' });
    const book = await readXlsx(new Uint8Array(await blob.arrayBuffer()), {
      cellDates: true
    } as never);
    expect(book.sheets[0]!.name).toBe('sheet');
    const rows = book.sheets[0]!.rows;
    expect(rows[0]).toEqual(['sku', 'qty', 'id', 'day', 'seen', 'x', 'ok', 'tags', 'old']);
    expect(rows[1]!.slice(0, 3)).toEqual(['0012', 5, '9007199254740993']);
    expect(rows[1]![3]).toEqual(new Date('2024-02-29T00:00:00Z'));
    expect(rows[1]![4]).toEqual(new Date('2024-02-29T12:30:00Z'));
    expect(rows[1]!.slice(5)).toEqual([1.5, true, 'a, b', '1850-01-01']);
    expect(rows[2]!.slice(1, 3)).toEqual([null, 12]);
    expect(rows[2]!.slice(5, 7)).toEqual(['inf', false]);
    const parts = await sheetXml(blob);
    const xml = parts['xl/worksheets/sheet1.xml']!;
    expect(xml).toContain('<t xml:space="preserve">0012</t>');
    expect(xml).toContain('a &amp; &lt;b&gt;_x000D_\n_x005F_x0041_ _x0001_');
    expect(xml).toContain('<c r="D2" s="1"><v>45351</v></c>');
    expect(xml).toContain('<c r="E2" s="2"><v>45351.520833333336</v></c>');
    expect(xml).toContain('<c r="A1" s="3" t="inlineStr">');
    expect(xml).toContain('state="frozen"');
    expect(parts['xl/styles.xml']).toContain('<b/>');
  });

  test('more rows than a sheet holds go to a second', async () => {
    await make('long', 'SELECT i FROM range(1048580) t(i)');
    const parts = await sheetXml(await exported('long', { format: 'xlsx' }));
    expect(parts['xl/workbook.xml']).toContain('name="long (2)"');
    expect(parts['xl/worksheets/sheet1.xml']).toContain(
      '<c r="A1048576"><v>1048574</v></c></row></sheetData>'
    );
    expect(parts['xl/worksheets/sheet2.xml']).toContain(
      '<c r="A6"><v>1048579</v></c></row></sheetData>'
    );
  });

  test('what Excel cannot hold is a problem', async () => {
    const codeOf = async (table: string) => {
      const error: unknown = await exported(table, { format: 'xlsx' }).catch((e: unknown) => e);
      return (error as ProblemError).problem;
    };
    await make('text', `SELECT 'ok' AS a, repeat('é', 32768) AS note`);
    expect(await codeOf('text')).toMatchObject({
      code: 'export.xlsx-text',
      data: { column: 'note', letters: 32_768 }
    });
    await make('fits', `SELECT repeat('é', 32767) AS note`);
    expect((await exported('fits', { format: 'xlsx' })).size).toBeGreaterThan(1000);
    const names = Array.from({ length: 16_385 }, (_, i) => `1 AS c${i}`).join(', ');
    await make('wide', `SELECT ${names}`);
    expect((await codeOf('wide')).code).toBe('export.xlsx-columns');
  });
});

describe('all formats', () => {
  test.each(['csv', 'xlsx', 'parquet', 'json', 'arrow', 'sql', 'markdown'] as const)(
    'a stop ends %s within half a second',
    async (format) => {
      await make('big', `SELECT i, 'text ' || i AS s FROM range(3000000) t(i)`);
      const control = new AbortController();
      const begun = deferred<void>();
      const going = exported('big', {
        format,
        signal: control.signal,
        onProgress: () => begun.resolve()
      });
      going.catch(() => undefined);
      await begun.promise;
      control.abort();
      expect(await timeUntil(going)).toBeLessThan(500);
      await expect(going).rejects.toBeInstanceOf(Cancelled);
    }
  );

  test('the first rows alone, as Markdown', async () => {
    await make('m', `SELECT * FROM (VALUES (1, 'a|b'), (2, e'x\\ny'), (3, NULL)) t(n, "s|")`);
    expect(await (await exported('m', { format: 'markdown', limit: 2 })).text()).toBe(
      '| n | s\\| |\n| --: | --- |\n| 1 | a\\|b |\n| 2 | x<br>y |\n'
    );
  });
});
