import { formatInteger } from '#lib/base/format.ts';
import { family } from './catalogue.ts';

/** Problems of chart cells: what the specification says against what the tables hold. */
export const chartProblems = family({
  'chart.no-data': () => ({
    message: 'The chart names no table.',
    cause: 'A chart is drawn from the relation under `data.name`.',
    hint: 'Add `"data": {"name": "…"}` with the name of a cell.'
  }),
  'chart.url': (p: { where: string }) => ({
    message: `${p.where} is read from an address.`,
    cause: 'Charts load nothing from the network, so that a notebook cannot send your data away.',
    hint: 'Bring the data in with a source cell and name it in `data.name`; leave pictures out.'
  }),
  'chart.field-unknown': (p: {
    field: string;
    relation: string;
    nearest: string;
    known: string;
  }) => ({
    message: `\`${p.relation}\` has no column \`${p.field}\`.`,
    cause: `Its columns are ${p.known}.`,
    hint: p.nearest
      ? `Did you mean \`${p.nearest}\`?`
      : 'Name one of these columns, or make the column with a `transform`.'
  }),
  'chart.cut': (p: { shown: number; rows: number }) => ({
    severity: 'warning' as const,
    message: `The chart shows the first ${formatInteger(p.shown)} of ${formatInteger(p.rows)} rows.`,
    cause: 'A chart draws at most that many marks, so that it stays quick.',
    hint: 'Aggregate in the encoding or in a query cell, or sample the rows there.'
  }),
  'chart.selection': (p: { name: string }) => ({
    severity: 'warning' as const,
    message: '`selection_as` has no effect yet.',
    cause: `The rows brushed in a chart do not become the relation \`${p.name}\` in this version.`,
    hint: 'Filter with a query cell and a param instead.'
  })
});
