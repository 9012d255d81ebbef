import * as v from 'valibot';
import type { Problem, Span } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { shapedBody, type Body } from '../core/body.ts';
import {
  boolean,
  columnList,
  expression,
  integer,
  listOf,
  map,
  nested,
  number,
  relation,
  scalar,
  text
} from '../core/fields.ts';
import { validate } from '../core/validate.ts';
import type { YamlTree } from '../core/yaml.ts';
import type { ObjectSchema } from '../core/define.ts';

const name = v.optional(
  text({ label: 'Name', help: 'What the check is called', fallback: 'what it says' })
);
const columns = columnList({ label: 'Columns', help: 'The columns that are checked' });
const target = v.pipe(
  v.string('a relation and a column, such as products.sku'),
  v.regex(/^[^.]+\.[^.].*$/, 'a relation and a column, such as products.sku')
);

const shapes = {
  condition: v.object({
    condition: expression({ label: 'Condition', help: 'What holds for every row' }),
    name
  }),
  unique: v.object({ unique: columns, name }),
  not_null: v.object({ not_null: columns, name }),
  rows: v.object({
    rows: nested(
      v.object({
        min: v.optional(integer({ label: 'Least', help: 'The least number of rows', min: 0 })),
        max: v.optional(integer({ label: 'Greatest', help: 'The greatest number of rows', min: 0 }))
      }),
      { label: 'Rows', help: 'How many rows there are' }
    ),
    name
  }),
  references: v.object({
    references: map(target, {
      label: 'References',
      help: 'Columns whose values must occur in relation.column'
    }),
    name
  }),
  value: v.object({
    value: expression({
      label: 'Value',
      help: 'An aggregate over the table, such as sum(Quantity)'
    }),
    equals: v.optional(scalar({ label: 'Equals', help: 'What it must be' })),
    tolerance: v.optional(
      number({
        label: 'Tolerance',
        help: 'How far it may be off',
        min: 0,
        fallback: 'a billionth of the value, for rounding'
      })
    ),
    min: v.optional(number({ label: 'Least', help: 'The least it may be' })),
    max: v.optional(number({ label: 'Greatest', help: 'The greatest it may be' })),
    name
  }),
  like: v.object({
    like: relation({
      label: 'Like',
      help: 'A relation that it must look like, such as the file of last week'
    }),
    name
  })
} as const;

type Shapes = typeof shapes;
type ShapeName = keyof Shapes;

/** One thing that must hold, and where it is written. */
export type Expectation = {
  [K in ShapeName]: {
    readonly kind: K;
    readonly options: v.InferOutput<Shapes[K]>;
    readonly span: Span;
  };
}[ShapeName];

export interface CheckConfig {
  readonly source: string;
  readonly expect: readonly Expectation[];
  readonly gate: boolean;
}

const schema = v.object({
  source: relation({ label: 'Source', help: 'The table to check' }),
  expect: nested(listOf(v.unknown()), {
    label: 'Expectations',
    help: 'What must hold: a condition on every row, or unique, not_null, rows, references, value with equals, like'
  }),
  gate: v.optional(
    boolean({
      label: 'Gate',
      help: 'A check that does not hold blocks the cells that read this one',
      fallback: 'false'
    }),
    'false'
  )
});

/** Reads expectations: a bare text is a condition, a map is told by its first known key. */
export const checkBody: Body<CheckConfig> = shapedBody(schema, (config, tree) => {
  const problems: Problem[] = [];
  const expect = config.expect.flatMap((item, i) => {
    const read = readExpectation(item, i, tree, problems);
    return read ? [read] : [];
  });
  return { config: { ...config, expect }, problems };
});

function readExpectation(
  item: unknown,
  index: number,
  tree: YamlTree,
  problems: Problem[]
): Expectation | null {
  const span = tree.spanOf(['expect', index]) ?? { line: 1 };
  const value = typeof item === 'string' ? { condition: item } : item;
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  const names = Object.keys(shapes) as ShapeName[];
  const kind = isMap ? names.find((key) => key in value) : undefined;
  if (!isMap || kind === undefined || item === '') {
    const got = isMap && item !== '' ? `\`${Object.keys(value).join(', ')}\`` : 'An empty item';
    problems.push(problem('check.expectation', { got, known: names.join(', ') }, span));
    return null;
  }
  const options = value as Record<string, unknown>;
  const exact = kind === 'rows' && typeof options['rows'] === 'string';
  const full = exact
    ? { ...options, rows: { min: options['rows'], max: options['rows'] } }
    : options;
  const checked = validate(shapes[kind] as ObjectSchema, {
    value: full,
    problems: [],
    usesParams: [],
    spanOf: (path) => tree.spanOf(['expect', index, ...path])
  });
  problems.push(...checked.problems);
  if (checked.config === null) return null;
  const read = { kind, options: checked.config, span } as unknown as Expectation;
  const bare = boundless(read);
  if (bare) problems.push(problem('config.combination', bare, span));
  return read;
}

function boundless(read: Expectation): { detail: string; remedy: string } | null {
  if (
    read.kind === 'rows' &&
    read.options.rows.min === undefined &&
    read.options.rows.max === undefined
  )
    return { detail: '`rows` has no limit.', remedy: 'Add `min`, `max` or both.' };
  if (
    read.kind === 'value' &&
    read.options.equals === undefined &&
    read.options.min === undefined &&
    read.options.max === undefined
  )
    return { detail: '`value` is compared with nothing.', remedy: 'Add `equals`, `min` or `max`.' };
  return null;
}
