import { expect, test } from '@playwright/test';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  driftNotebook,
  driftRefitNotebook,
  effectNotebook,
  proposeNotebook,
  refitNotebook
} from './adjust-notebooks.ts';

let folder: string;
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quartermaster-'));
});
test.afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a notebook as people do and reads its tables. */
async function tables(text: string): Promise<(name: string) => Record<string, unknown>[]> {
  const file = join(folder, 'loop.qm.md');
  writeFileSync(file, text);
  const out = join(folder, 'out');
  const args = ['bin/notebook.mjs', file, '--out', out, '--format', 'json'];
  const { status, said } = await new Promise<{ status: number; said: string }>((resolve) => {
    execFile('node', args, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, said: stdout + stderr })
    );
  });
  expect(status, said).toBe(0);
  return (name) => JSON.parse(readFileSync(join(out, `${name}.json`), 'utf8')) as never;
}

test('a rule refits on a schedule, and the forecast of the same run is the new one', async () => {
  const table = await tables(refitNotebook('approve: auto'));
  const [row] = table('fresh');
  expect(row).toMatchObject({ action: 'refit plan', decision: 'approved', by: 'auto' });
  expect(row!['before']).toMatch(/until 2024-03-25$/);
  expect(row!['after']).toMatch(/until 2024-04-18$/);
  expect(String(table('plan')[0]!['day'])).toContain('2024-04-18');
});

test('drift of the errors calls for a refit that must have paid on what came since', async () => {
  const table = await tables(driftRefitNotebook('approve: auto'));
  const rows = table('fresh');
  expect(rows.at(-1)).toMatchObject({ decision: 'approved' });
  expect(rows.at(-1)!['gate']).toMatch(/^backtest passed: error [\d.]+ % lower on 4 windows/);
  expect(table('fresh_drift').some((look) => look['drifted'] === true)).toBe(true);
});

test('a gate refuses figures that would have cost more, and lets better ones through', async () => {
  const worse = await tables(proposeNotebook('approve: auto', '0.2'));
  expect(worse('reorder')[0]).toMatchObject({ decision: 'held', by: null });
  expect(worse('reorder')[0]!['gate']).toMatch(/^backtest: cost [\d.]+ % higher on 8 windows$/);
  expect(worse('reorder_proposals')).toEqual([]);
  const better = await tables(proposeNotebook('approve: auto', '6'));
  expect(better('reorder')[0]).toMatchObject({ decision: 'approved', by: 'auto', before: 60 });
  expect(better('reorder_proposals').map((row) => [row['item'], row['accepted']])).toEqual([
    ['jam', true],
    ['tea', true]
  ]);
});

test('drift of inputs moves a parameter within its bound', async () => {
  const table = await tables(driftNotebook('approve: auto\nmax_per_day: 1\ncooldown: 52w'));
  expect(table('cover')[0]).toMatchObject({
    decision: 'approved',
    before: 8,
    after: 12,
    gate: 'bounded by max_change 50%: 14 was wanted'
  });
  expect(table('safety_days')).toEqual([{ value: 12 }]);
});

test('the effect of a change is replayed on the demand, period by period', async () => {
  const table = await tables(effectNotebook('approve: auto'));
  const made = table('cover').find((row) => row['decision'] === 'approved')!;
  expect(made).toMatchObject({ before: 1, after: 4 });
  expect(made['gate']).toMatch(/^backtest passed: cost [\d.]+ % lower on 5 windows/);
  expect(made['effect']).toMatch(/periods since, with it \(without\): fill rate/);
  expect(table('plan')).toEqual([{ stock: 40 }]);
  const periods = table('cover_effect').filter((row) => row['scenario'] === 'loop');
  expect(new Set(periods.map((row) => row['sku']))).toEqual(new Set(['jam', 'tea']));
});
