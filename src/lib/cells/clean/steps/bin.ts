import * as v from 'valibot';
import type { Field } from '#lib/base/columns.ts';
import { fail } from '#lib/problems/index.ts';
import { choice, column, integer, listOf, nested, number, text } from '../../core/fields.ts';
import { quote } from '../../core/sql.ts';
import { findField, numericField, present, withColumn } from '../fields.ts';
import { keyed } from '../forms.ts';
import { defineStep, type StepInput } from '../step.ts';

/**
 * Sorts numbers into labelled classes in a new text column. With `edges`, n edges make n + 1 classes:
 * below the first, between each two (the lower edge belongs to the class), from the last upwards. With
 * `bins`, that many classes of equal width from least to greatest (the greatest belongs to the last), or
 * with `method: quantile` of about equal size.
 */
export default defineStep({
  name: 'bin',
  schema: v.object({
    column: column({ label: 'Column', help: 'The numbers to sort into classes' }),
    edges: v.optional(
      nested(listOf(number({ label: 'Edge', help: 'A limit between two classes' })), {
        label: 'Edges',
        help: 'The limits between the classes, ascending'
      })
    ),
    bins: v.optional(
      integer({
        label: 'Classes',
        help: 'How many classes, when there are no edges',
        min: 1,
        max: 1000,
        fallback: '10'
      })
    ),
    method: v.optional(
      choice(['width', 'quantile'], {
        label: 'Method',
        help: 'Classes of equal width, or of about equal size',
        fallback: 'width'
      }),
      'width'
    ),
    labels: v.optional(
      nested(listOf(v.string('a label')), {
        label: 'Labels',
        help: 'A name for each class, lowest first',
        fallback: 'the limits, such as [10, 20)'
      })
    ),
    into: v.optional(text({ label: 'Into', help: 'The new column', fallback: 'column_bin' }))
  }),
  full: keyed('column'),
  action: ({ column: name, into }) => `bin ${name} into ${into ?? `${name}_bin`}`,
  compile({ column: name, edges, bins, method, labels, into }, input) {
    const field = numericField(input, name, 'bin');
    const target = into ?? `${field.name}_bin`;
    if (findField(input, target))
      throw fail('prepare.column-exists', { column: target }, input.span);
    const classes = edges ? edges.length + 1 : (bins ?? 10);
    if (labels && labels.length !== classes) {
      const detail = `\`bin\` makes ${classes} classes and has ${labels.length} labels.`;
      throw fail('config.combination', { detail, remedy: `Write ${classes} labels.` }, input.span);
    }
    const ascending = edges ? [...edges].sort((a, b) => a - b) : null;
    const label = ascending
      ? byEdges(field, ascending, labels ?? edgeLabels(ascending))
      : byCount(input, field, classes, method, labels);
    return {
      select: withColumn(input, target, label),
      alters: [target],
      local: ascending !== null
    };
  }
});

function byEdges(field: Field, edges: readonly number[], labels: readonly string[]): string {
  const x = `CAST(${present(field)} AS DOUBLE)`;
  const cases = edges.map((edge, i) => `WHEN ${x} < ${edge} THEN ${quote(labels[i]!)}`);
  return `CASE WHEN ${x} IS NULL THEN NULL ${cases.join(' ')} ELSE ${quote(labels.at(-1)!)} END`;
}

function edgeLabels(edges: readonly number[]): string[] {
  const between = edges.slice(1).map((edge, i) => `[${edges[i]!}, ${edge})`);
  return [`< ${edges[0]!}`, ...between, `>= ${edges.at(-1)!}`];
}

function byCount(
  input: StepInput,
  field: Field,
  classes: number,
  method: 'width' | 'quantile',
  labels: readonly string[] | undefined
): string {
  const x = `CAST(${present(field)} AS DOUBLE)`;
  const steps = Array.from({ length: classes + 1 }, (_, i) => i);
  const limits =
    method === 'width'
      ? steps.map((i) => `min(${x}) + (max(${x}) - min(${x})) * ${i} / ${classes}`)
      : steps.map((i) => `quantile_cont(${x}, ${i / classes})`);
  const edges = `(SELECT [${limits.join(', ')}] FROM ${input.from})`;
  const place = steps.slice(1, -1).map((i) => `CAST(${x} >= ${edges}[${i + 1}] AS INTEGER)`);
  const index = `(1 + ${place.join(' + ') || '0'})`;
  const named = labels
    ? `[${labels.map(quote).join(', ')}][${index}]`
    : `'[' || format('{:.6g}', ${edges}[${index}]) || ', ' || format('{:.6g}', ${edges}[${index} + 1]) || CASE WHEN ${index} = ${classes} THEN ']' ELSE ')' END`;
  return `CASE WHEN ${x} IS NOT NULL THEN ${named} END`;
}
