import * as v from 'valibot';
import { yamlBody } from '#lib/cells/core/body.ts';
import { defineKind } from '#lib/cells/core/define.ts';
import {
  boolean,
  choice,
  column,
  columnList,
  integer,
  listOf,
  namedChoice,
  nested,
  number,
  relation
} from '#lib/cells/core/fields.ts';
import { examples } from './examples.ts';

const methods = ['moving_average', 'exponential_smoothing', 'stl', 'mstl'] as const;

const schema = v.object({
  source: relation({ label: 'Source', help: 'the table with the series' }),
  time: column({ label: 'Time', help: 'the column that orders the rows' }),
  value: column({ label: 'Value', help: 'the column to smooth' }),
  by: v.optional(
    columnList({ label: 'By', help: 'columns whose values name a series', fallback: 'one series' })
  ),
  method: v.optional(
    namedChoice(methods, {
      label: 'Method',
      help: 'how the trend is drawn out of the values',
      fallback: 'moving_average'
    })
  ),
  window: v.optional(
    integer({
      label: 'Window',
      help: 'rows of the mean; for stl and mstl rows of the seasonal smoother, in seasons',
      fallback: '7 for moving_average; a constant season for stl; 11, 15, … for mstl',
      min: 1
    })
  ),
  align: v.optional(
    choice(['trailing', 'centred'], {
      label: 'Align',
      help: 'whether the mean looks back only, or both ways',
      fallback: 'trailing'
    })
  ),
  alpha: v.optional(
    number({
      label: 'Alpha',
      help: 'the weight of the newest value in exponential smoothing',
      fallback: 'estimated for each series',
      min: 0.0001,
      max: 1
    })
  ),
  season: v.optional(
    nested(listOf(integer({ label: 'Season', help: 'rows in it', min: 2, max: 100_000 })), {
      label: 'Season',
      help: 'rows until the pattern comes round again, for stl; a list of them for mstl',
      fallback: 'by the frequency found'
    })
  ),
  robust: v.optional(
    boolean({
      label: 'Robust',
      help: 'whether stl and mstl let outliers lose weight',
      fallback: 'false'
    })
  )
});

export default defineKind({
  kind: 'trend',
  version: 2,
  title: 'Trend',
  summary: 'The slow movement of every series, what comes round with the season, and what is left',
  group: 'demand',
  mode: 'compute',
  body: yamlBody(schema, ({ method = 'moving_average', season = [] }) => {
    if (method !== 'stl' || season.length < 2) return null;
    return {
      key: 'season',
      detail: 'STL takes one season out, and `season` names several.',
      remedy: 'Write `method: mstl`, or leave one season.'
    };
  }),
  reads: ({ config }) => [
    {
      relation: config.source,
      columns: [...new Set([config.time, config.value, ...(config.by ?? [])])],
      key: 'source'
    }
  ],
  outputs: [''],
  examples
});
