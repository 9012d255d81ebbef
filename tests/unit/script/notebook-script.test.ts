import { DuckDBInstance } from '@duckdb/node-api';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { kinds } from '#lib/cells/registry.ts';
import { runnerOf } from '#lib/cells/runners.ts';
import type { ColumnType } from '#lib/base/columns.ts';
import type { RelationInfo, SqlRun } from '#lib/cells/core/context.ts';
import type { LoadRun } from '#lib/cells/core/loader.ts';
import { buildGraph } from '#lib/notebook/graph.ts';
import { parse } from '#lib/notebook/parse.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { exportRelation } from '#lib/relations/export/index.ts';
import { Files } from '#lib/relations/files.ts';
import { runLoadKind } from '#lib/relations/loader.ts';
import { runSqlKind } from '#lib/relations/sql-run.ts';
import type { Job, Outcome } from '#lib/runtime/engine.ts';
import { runContext } from '#lib/runtime/run-context.ts';
import type { RunId } from '#lib/runtime/states.ts';
import { notebookScript } from '#lib/state/script/notebook-script.ts';
import { openTestDuckDb, testFormats } from '../../support/duckdb.ts';

let relations: DuckDbRelations;
let folder: string;
const here = process.cwd();

beforeAll(async () => {
  relations = await openTestDuckDb();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qm-script-'));
});
afterEach(() => rm(folder, { recursive: true }));
afterAll(() => relations.close());

const loadParquet = () => import('parquet-wasm');

/** Runs the cells that SQL and files make, and writes the script of the notebook. */
async function scriptOf(
  text: string,
  given: Readonly<Record<string, string>> = {},
  computed: Readonly<Record<string, readonly RelationInfo[]>> = {}
) {
  const graph = buildGraph(parse(text), kinds);
  const files = new Files(async (name) => new Blob([await readFile(`static/data/${name}`)]));
  files.add(Object.entries(given).map(([name, content]) => new File([content], name)));
  const outcomes = new Map<string, Outcome>(
    Object.entries(computed).map(([id, infos]) => [
      id,
      { relations: infos, report: null, problems: [], hash: '' }
    ])
  );
  const { signal } = new AbortController();
  let run = 0;
  for (const id of graph.order) {
    const node = graph.byId.get(id)!;
    const { mode } = node.kind!;
    if (mode !== 'sql' && mode !== 'load') continue;
    if (node.upstream.some((up) => !outcomes.has(up) || up in computed)) continue;
    const job: Job = {
      run: ++run as RunId,
      cell: node.cell!,
      mode,
      needsNetwork: false,
      inputs: node.reads,
      follows: [],
      outputs: node.outputs,
      seed: 1,
      now: 0
    };
    const { context } = runContext(job, { signal, onProgress: () => undefined });
    const made = await runnerOf(node.kindName);
    const done =
      mode === 'load'
        ? await runLoadKind(
            { relations, files, ...testFormats },
            job,
            made as LoadRun<unknown>,
            context
          )
        : await runSqlKind(relations, job, made as SqlRun<unknown>, context);
    outcomes.set(id, { ...done, problems: [] });
  }
  const script = await notebookScript({
    title: 'Test',
    graph,
    outcomeOf: (id) => outcomes.get(id),
    rowsOf: async (name) => {
      const info = (await relations.describe(name))!;
      const parts = { relations, loadParquet };
      return (await exportRelation(parts, info, { format: 'sql' }, signal, () => undefined)).text();
    }
  });
  return { script, outcomes };
}

/** Equal rows in any order: the sum of hashes of their texts, column by column. */
const prints = (name: string, columns: readonly string[]) =>
  `SELECT count(*)::VARCHAR AS n, ${columns.map((c) => `sum(hash("${c}"::VARCHAR)::HUGEINT)::VARCHAR`).join(', ')} FROM "${name}"`;

async function sameRowsIn(script: string, names: readonly string[]): Promise<void> {
  process.chdir(folder);
  const native = await (await DuckDBInstance.create()).connect();
  try {
    await native.run(script);
    for (const name of names) {
      const fields = (await relations.describe(name))!.fields.map((field) => field.name);
      const theirs = await native.runAndReadAll(prints(name, fields));
      const ours = await relations.query(prints(name, fields));
      expect([name, ...(theirs.getRows()[0] as string[])]).toEqual([
        name,
        ...ours.vectors.map((vector) => String(vector.values[0]))
      ]);
    }
  } finally {
    native.closeSync();
    process.chdir(here);
  }
}

test('a small notebook: every kind, and the same rows in native DuckDB', async () => {
  const preise =
    'Artikel;ab;Preis;Code\nA;01.02.2011;1.234,50;007\nB;15.02.2011;-;008\nC;x;1,5;009';
  const { script } = await scriptOf(
    [
      '# Prices',
      '```sql query:late',
      'select Artikel, Preis * $factor as p, note from kept join notes using (Artikel) -- ; not the end',
      '```',
      '```yaml source:prices',
      'file: preise.csv',
      'options: { decimal: ",", thousands: ".", date_format: "%d.%m.%Y", null: ["-"] }',
      'columns: { ab: date }',
      '```',
      '```yaml clean:kept',
      'source: prices',
      'steps:',
      '  - fill: { column: Preis, with: value, value: 0 }',
      '  - derive: { double: Preis * 2 }',
      '```',
      '```csv data:notes',
      'Artikel,note,since',
      'A,"it\'s, new",2011-01-01',
      'B,,2012-01-01',
      '```',
      '```yaml param:factor',
      'type: number',
      'value: 1.5',
      '```',
      '```js script:more reads=late',
      'return late',
      '```'
    ].join('\n'),
    { 'preise.csv': preise }
  );
  await writeFile(path.join(folder, 'preise.csv'), preise);
  await sameRowsIn(script, ['prices', 'kept', 'notes', 'factor', 'late']);
  expect(script).toContain('-- script more');
  expect(script.indexOf('CREATE TABLE "notes"')).toBeLessThan(
    script.indexOf('CREATE TABLE "late"')
  );
});

test('parts of files, files of other kinds, returns and kept parameters', async () => {
  const sales = [
    'sku,customer,day,qty,note,price',
    'a,1,2011-01-01,5,x,2',
    'a,1,2011-01-03,-2,y,2',
    'b,2,2011-01-02,9,"1,5",3',
    'b,2,2011-01-05,4,z,4',
    'c,3,2011-01-06,1,,5'
  ].join('\n');
  const more = 'price,qty,sku\n7,8,d\n';
  const nested = '{"id": 1, "at": {"x": 1, "y": [1, 2]}}\n{"id": 2, "at": null}\n';
  const { script } = await scriptOf(
    [
      '```yaml source:part',
      'file: sales.csv',
      'only: [sku, customer, day, qty]',
      'filter: qty > $least or qty < 0',
      '```',
      '```yaml source:first',
      'file: sales.csv',
      'sample: 3',
      '```',
      '```yaml source:both',
      'file: "*.csv"',
      'only: [sku, qty, price]',
      '```',
      '```yaml source:share',
      'file: sales.csv',
      'sample: 0.5',
      '```',
      '```yaml source:deep',
      'file: deep.ndjson',
      '```',
      '```yaml source:under',
      'file: under.json',
      '```',
      '```yaml clean:kept',
      'source: part',
      'value: qty',
      'steps:',
      '  - match_returns: { customer: customer, sku: sku, quantity: qty, time: day, within: 30d }',
      '  - normalise: { columns: qty, method: zscore }',
      '```',
      '```yaml clean:alike',
      'source: both',
      'steps:',
      '  - normalise: { columns: qty, method: zscore, parameters: kept_parameters }',
      '```',
      '```yaml param:least',
      'type: number',
      'value: 1',
      '```'
    ].join('\n'),
    {
      'sales.csv': sales,
      'more.csv': more,
      'deep.ndjson': nested,
      'under.json': '{"rows": [{"a": 1}, {"a": 2}]}'
    }
  );
  await writeFile(path.join(folder, 'sales.csv'), sales);
  await writeFile(path.join(folder, 'more.csv'), more);
  await writeFile(path.join(folder, 'deep.ndjson'), nested);
  await sameRowsIn(script, [
    'part',
    'first',
    'both',
    'share',
    'deep',
    'under',
    'kept',
    'kept_parameters',
    'kept_steps',
    'alike'
  ]);
});

const info = (name: string, fields: Readonly<Record<string, ColumnType>>): RelationInfo => ({
  name,
  rows: 0,
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type }))
});

/** What of a forecast the notebook's queries read: it does not run here. */
const planTables = [
  info('plan_backtest', {
    sku: 'text',
    week: 'date',
    step: 'integer',
    model: 'text',
    actual: 'number',
    yhat: 'number'
  }),
  info('plan_scores', { sku: 'text', model: 'text', chosen: 'boolean' })
];

test('weekly supply: the same rows in native DuckDB, and empty tables for what SQL does not do', async () => {
  const text = await readFile('notebooks/weekly-supply.qm.md', 'utf8');
  const { script } = await scriptOf(text, {}, { plan: planTables });
  await copyFile(
    'static/data/online-retail/online_retail.parquet',
    path.join(folder, 'online_retail.parquet')
  );
  await sameRowsIn(script, ['orders', 'sales', 'weekly', 'demand', 'daily', 'december', 'horizon']);
  expect(script).toContain('-- No SQL does this: ');
  expect(script).toContain('CREATE TABLE "plan_scores" (');
}, 180_000);
