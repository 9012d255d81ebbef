import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Columns } from '#lib/base/columns.ts';
import { Cancelled } from '#lib/base/problem.ts';
import { fieldInfo } from '#lib/cells/core/fields.ts';
import type { Progress } from '#lib/cells/core/context.ts';
import type { CellKind, Example } from '#lib/cells/core/define.ts';
import { kinds } from '#lib/cells/registry.ts';
import { runnerOf, type AnyRun } from '#lib/cells/runners.ts';
import { problemCodes, type ProblemCode } from '#lib/problems/index.ts';
import { ipcFromColumns } from '#lib/relations/arrow.ts';
import type { DuckDbRelations } from '#lib/relations/duckdb.ts';
import { openTestDuckDb } from '../support/duckdb.ts';
import { cellOf, hardships, inputsOf, runExample } from '../support/examples.ts';

const readmes = import.meta.glob<string>('../../src/lib/cells/*/README.md', {
  query: '?raw',
  import: 'default',
  eager: true
});
const views = import.meta.glob('../../src/lib/cells/*/View.svelte');

let relations: DuckDbRelations;
beforeAll(async () => {
  relations = await openTestDuckDb();
});
afterAll(async () => {
  await relations.close();
});

describe.each([...kinds.values()])('kind $kind', (kind) => {
  test('says what it is', () => {
    expect(kind.title).not.toBe('');
    expect(kind.summary).not.toBe('');
    expect(kind.examples.length).toBeGreaterThanOrEqual(2);
  });

  test('has words for every key: label and help', () => {
    const entries = Object.entries(kind.body.schema?.entries ?? {});
    for (const [key, schema] of entries) {
      const info = fieldInfo(schema);
      expect(info?.label, key).toBeTruthy();
      expect(info?.help, key).toBeTruthy();
    }
  });

  test('has a page to read that names every key and every output', () => {
    const readme = readmes[`../../src/lib/cells/${kind.kind}/README.md`] ?? '';
    expect(readme).not.toBe('');
    const keys = Object.keys(kind.body.schema?.entries ?? {});
    expect(keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(readme))).toEqual([]);
    for (const suffix of kind.outputs) expect(readme).toContain(suffix ? `NAME_${suffix}` : 'NAME');
  });

  test('shows something: a view of its own, or its table', () => {
    const viewed = `../../src/lib/cells/${kind.kind}/View.svelte` in views;
    expect(viewed || kind.outputs.includes('')).toBe(true);
  });

  describe.each(kind.examples)('example: $title', (example) => {
    test('parses without a problem', () => {
      const parsed = kind.body.parse(example.body, example.params ?? {});
      expect(parsed.problems).toEqual([]);
      expect(parsed.config).not.toBeNull();
      expect(structuredClone(parsed.config)).toEqual(parsed.config);
    });

    test('reads only what the example gives, the same each time', () => {
      const cell = cellOf(kind, example);
      const reads = kind.reads(cell);
      expect(kind.reads(structuredClone(cell))).toEqual(reads);
      for (const { relation } of reads) expect(Object.keys(example.given)).toContain(relation);
    });

    test('expects only outputs that the kind declares', () => {
      const outputs = kind.outputs.map((suffix) => nameOf(example, suffix));
      for (const relation of Object.keys(example.expect)) expect(outputs).toContain(relation);
    });

    const runs = kind.mode !== 'load' && kind.needsNetwork?.(cellOf(kind, example)) !== true;
    describe.skipIf(!runs)('run', () => runTests(kind, example));
  });
});

function runTests(kind: CellKind, example: Example): void {
  let run: AnyRun;
  let given: Record<string, Columns>;
  beforeAll(async () => {
    run = await runnerOf(kind.kind);
    given = { ...(await inputsOf(relations, example)) };
  });

  test('gives the relations, columns and rows that it promises', async () => {
    const outcome = await runExample(relations, kind, run, example, given);
    expect(outcome.problems.filter((p) => p.severity === 'error')).toEqual([]);
    for (const [relation, { columns, rows }] of Object.entries(example.expect)) {
      expect(outcome.tables[relation]?.names).toEqual(columns);
      if (rows !== undefined) expect(outcome.tables[relation]?.length).toBe(rows);
    }
    const declared = kind.outputs.map((suffix) => nameOf(example, suffix));
    for (const relation of Object.keys(outcome.tables)) expect(declared).toContain(relation);
    expect(structuredClone(outcome.report)).toEqual(outcome.report);
  });

  test('gives the same bytes twice', async () => {
    const [first, second] = [
      await runExample(relations, kind, run, example, given),
      await runExample(relations, kind, run, example, given)
    ];
    expect(bytesOf(second.tables)).toEqual(bytesOf(first.tables));
    expect(second.report).toEqual(first.report);
  });

  test.each(Object.entries(hardships))('stands %s', async (_, worsen) => {
    const worse = Object.fromEntries(
      Object.entries(given).map(([name, table]) => [name, worsen(table)])
    );
    const outcome = await runExample(relations, kind, run, example, worse);
    const errors = outcome.problems.filter((p) => p.severity === 'error');
    for (const { code } of outcome.problems) expect(problemCodes).toContain(code as ProblemCode);
    if (errors.length > 0) return;
    for (const [relation, { columns }] of Object.entries(example.expect))
      expect(outcome.tables[relation]?.names).toEqual(columns);
  });

  test('stops at any checkpoint, and reports progress that only grows', async () => {
    const seen: Progress[] = [];
    let passed = 0;
    await runExample(relations, kind, run, example, given, {
      progress: (progress) => seen.push(progress),
      checkpoint: () => Promise.resolve(void passed++)
    });
    for (const [i, { done, total, unit }] of seen.entries()) {
      if (total !== undefined) expect(done).toBeLessThanOrEqual(total);
      const before = seen[i - 1];
      if (before && before.unit === unit && before.total === total)
        expect(done).toBeGreaterThanOrEqual(before.done);
    }
    expect(passed).toBeGreaterThan(0);
    const stops = new Set([1, Math.ceil(passed / 2), passed]);
    for (const at of stops) await expect(stoppedAt(at)).rejects.toBeInstanceOf(Cancelled);
  });

  /** Aborts at the checkpoint of that number. */
  function stoppedAt(at: number): Promise<unknown> {
    const controller = new AbortController();
    let count = 0;
    return runExample(relations, kind, run, example, given, {
      signal: controller.signal,
      checkpoint: async () => {
        if (++count === at) controller.abort();
        if (controller.signal.aborted) throw new Cancelled();
      }
    });
  }
}

function nameOf(example: Example, suffix: string): string {
  const name = example.name ?? 'example';
  return suffix ? `${name}_${suffix}` : name;
}

function bytesOf(tables: Readonly<Record<string, Columns>>): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [name, ipcFromColumns(table)])
  );
}
