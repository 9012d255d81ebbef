import { valueAt, type Field } from '#lib/base/columns.ts';
import { nearest } from '#lib/base/nearest.ts';
import { ProblemError } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import type { SqlRunOf } from '../core/define.ts';
import { placeOf } from './body.ts';
import type chart from './index.ts';
import type { ChartReport, DrawnSource } from './index.ts';
import { mostRows, planRows } from './rows.ts';
import { withTypes } from './types.ts';
import { readSpec, type FieldUse, type SpecReading } from './walk.ts';

/** Holds the specification against the tables and plans what the view fetches. */
const run: SqlRunOf<typeof chart, ChartReport> = async (cell, sql, ctx) => {
  const { spec } = cell.config;
  const reading = readSpec(spec);
  const fields = new Map<string, readonly Field[]>();
  let rows = 0;
  for (const relation of reading.relations) {
    const info = await sql.describe(relation);
    fields.set(relation, info.fields);
    rows += info.rows;
  }
  const unknown = unknownField(reading, fields);
  if (unknown) throw new ProblemError(unknownProblem(unknown, fields, cell.body));
  const plan = planRows(spec, reading, fields);
  const sources: DrawnSource[] = [];
  for (const source of plan.sources) {
    await ctx.checkpoint();
    const counted = await sql.query(`SELECT count(*) AS n FROM (${source.sql})`);
    const total = Number(valueAt(counted.vectors[0]!, 0));
    const shown = Math.min(total, mostRows);
    if (shown < total) ctx.warn(problem('chart.cut', { shown, rows: total }));
    sources.push({ ...source, rows: total, shown });
  }
  const every = [...fields.values()].flat();
  return {
    spec: withTypes(plan.spec, every),
    sources,
    fields: Object.fromEntries(fields),
    rows
  };
};

export default run;

function unknownField(
  { uses, opaque }: SpecReading,
  fields: ReadonlyMap<string, readonly Field[]>
): FieldUse | undefined {
  return uses.find(
    ({ relation, field }) =>
      !opaque.has(relation) && !(fields.get(relation) ?? []).some((f) => f.name === field)
  );
}

/** A dot in a name must be written `\\.`, since Vega-Lite reads it as a part of a record. */
function unknownProblem(
  { relation, field, path }: FieldUse,
  fields: ReadonlyMap<string, readonly Field[]>,
  body: string
) {
  const names = (fields.get(relation) ?? []).map((f) => f.name.replace(/[.[]/g, '\\\\$&'));
  const params = { field, relation, nearest: nearest(field, names), known: names.join(', ') };
  return problem('chart.field-unknown', params, placeOf(body, path));
}
