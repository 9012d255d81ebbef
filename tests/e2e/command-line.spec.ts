import { expect, test } from '@playwright/test';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunReport } from '#lib/page/automation-model.ts';
import { fence, frontMatter } from './support.ts';

let folder: string;
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quartermaster-'));
});
test.afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(args: string[]): Promise<{ status: number; out: string }> {
  return new Promise((resolve) => {
    execFile('node', ['bin/notebook.mjs', ...args], (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code) : 0, out: stdout + stderr });
    });
  });
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function runJson(): RunReport {
  return JSON.parse(readFileSync(join(folder, 'out', 'run.json'), 'utf8')) as RunReport;
}

test('runs a notebook on files of a folder and writes its tables', async () => {
  mkdirSync(join(folder, 'data'));
  write('data/orders-1.csv', 'sku,qty\n00123,2\n00124,3\n');
  write('data/orders-2.csv', 'sku,qty\n00123,5\n');
  const file = write(
    'review.qm.md',
    frontMatter +
      fence('yaml source:orders', 'file: orders-*.csv') +
      fence('yaml param:factor', 'type: integer\nvalue: 1') +
      fence(
        'sql query:totals',
        'select sku, sum(qty) * $factor as units from orders group by sku order by sku'
      ) +
      fence('sql query:later run=manual', 'select 1 as one') +
      fence('sql query:never run=off', 'select 1 as one')
  );
  const { status, out } = await run([
    file,
    '--data',
    join(folder, 'data'),
    '--out',
    join(folder, 'out'),
    '--param',
    'factor=10'
  ]);
  expect(status, out).toBe(0);
  expect(
    readFileSync(join(folder, 'out', 'totals.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
  ).toEqual(['sku,units', '00123,70', '00124,30']);
  const report = runJson();
  expect(report).toMatchObject({ notebook: 'review.qm.md', ok: true, problems: [] });
  expect(report.cells.map((cell) => [cell.name, cell.kind, cell.state, cell.rows])).toEqual([
    ['orders', 'source', 'done', 3],
    ['factor', 'param', 'done', 1],
    ['totals', 'query', 'done', 2],
    ['later', 'query', 'done', 1],
    ['never', 'query', 'off', null]
  ]);
});

test('every fault is in run.json, on its cell, and the exit status says so', async () => {
  const file = write(
    'faults.qm.md',
    frontMatter +
      fence('sql query:twice', 'select 1 as a') +
      fence('sql query:Twice', 'select 2 as a') +
      fence('sql query:a', 'select * from b') +
      fence('sql query:b', 'select * from a') +
      fence('yaml holograph:new', 'x: 1') +
      fence('csv data:stock', 'sku,qty\nA,-1') +
      fence('yaml check:no_negative', 'source: stock\ngate: true\nexpect:\n  - qty >= 0') +
      fence('sql query:after', 'select * from no_negative') +
      fence('sql query:fine', 'select 1 as one')
  );
  const { status } = await run([file, '--out', join(folder, 'out'), '--format', 'json']);
  expect(status).toBe(1);
  const report = runJson();
  const stateOf = (name: string) =>
    report.cells.filter((cell) => cell.name === name).map((cell) => cell.state);
  expect(stateOf('twice').concat(stateOf('Twice'))).toEqual(['error', 'error']);
  for (const name of ['a', 'b']) {
    const cell = report.cells.find((entry) => entry.name === name)!;
    expect(cell.problems[0]!.message + cell.problems[0]!.hint).toMatch(/a → b → a|b → a → b/);
  }
  expect(report.cells.find((cell) => cell.kind === 'holograph')).toBeDefined();
  expect(stateOf('no_negative')).toEqual(['error']);
  expect(stateOf('after')).toEqual(['blocked']);
  expect(stateOf('fine')).toEqual(['done']);
  expect(JSON.parse(readFileSync(join(folder, 'out', 'fine.json'), 'utf8'))).toEqual([{ one: 1 }]);
});

test('a replayed stream runs to its end at full speed', async () => {
  const events = Array.from(
    { length: 500 },
    (_, i) =>
      `2024-01-01 ${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}:00,${i},${i % 5}`
  );
  const file = write(
    'live.qm.md',
    frontMatter +
      fence('csv data:events', `at,id,qty\n${events.join('\n')}`) +
      fence('yaml stream:feed', 'replay: { source: events, time: at }\ntime: at\nid: id') +
      fence(
        'yaml monitor:watch',
        'stream: feed\nwindow: { size: 1h }\nmeasures: { n: count(), units: sum(qty) }\nalerts:\n  - { name: busy, when: n >= 60, for: 2h }'
      )
  );
  const { status, out } = await run([file, '--out', join(folder, 'out')]);
  expect(status, out).toBe(0);
  const windows = readFileSync(join(folder, 'out', 'watch.csv'), 'utf8')
    .trim()
    .split(/\r?\n/);
  expect(windows).toHaveLength(1 + 9);
  const alerts = readFileSync(join(folder, 'out', 'watch_alerts.csv'), 'utf8');
  expect(alerts).toMatch(/pending/);
  expect(alerts).toMatch(/firing/);
  const feed = runJson().cells.find((cell) => cell.name === 'feed')!;
  expect(feed).toMatchObject({ state: 'done', rows: 500, events: 500 });
});

test('a file that is not there is said on standard error', async () => {
  const { status, out } = await run([join(folder, 'nothing.qm.md')]);
  expect(status).toBe(2);
  expect(out).toContain('There is no file');
});
