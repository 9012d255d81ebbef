import * as v from 'valibot';
import { parseDuration } from '#lib/base/duration.ts';
import { nearest } from '#lib/base/nearest.ts';
import type { Scalar } from '#lib/base/problem.ts';

/**
 * The vocabulary of configuration keys. Each builder is a valibot schema over the failsafe YAML tree
 * (every scalar a string) that converts to its type and carries what a form, a completion list and the
 * documentation need. A schema is the single source of all four.
 */
export interface FieldInfo {
  readonly control:
    | 'text'
    | 'number'
    | 'toggle'
    | 'choice'
    | 'choices'
    | 'relation'
    | 'column'
    | 'columns'
    | 'expression'
    | 'duration'
    | 'map'
    | 'yaml';
  readonly label: string;
  readonly help: string;
  readonly options?: readonly string[];
  /** For columns: the config key that names their relation. */
  readonly of?: string;
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
  /** What happens when the key is absent, in words or as the value. */
  readonly fallback?: string;
}

export type AnySchema = v.GenericSchema<unknown, unknown>;

interface Words {
  readonly label: string;
  readonly help: string;
  readonly fallback?: string;
}

const info = <T>(field: FieldInfo) => v.metadata<T, { readonly field: FieldInfo }>({ field });

/** The description a builder left on its schema, seen through `optional`. */
export function fieldInfo(schema: AnySchema): FieldInfo | undefined {
  const inner = (schema as { wrapped?: AnySchema }).wrapped ?? schema;
  return v.getMetadata(inner as never)['field'];
}

export function text(words: Words) {
  return v.pipe(v.string('a text'), info({ control: 'text', ...words }));
}

export function number(words: Words & { min?: number; max?: number }) {
  return v.pipe(
    v.string(numberWords('a number', words)),
    v.transform(toNumber),
    v.number(numberWords('a number', words)),
    v.check((n) => within(n, words), numberWords('a number', words)),
    info({ control: 'number', ...words })
  );
}

export function integer(words: Words & { min?: number; max?: number }) {
  return v.pipe(
    v.string(numberWords('a whole number', words)),
    v.transform(toNumber),
    v.number(numberWords('a whole number', words)),
    v.check((n) => Number.isInteger(n) && within(n, words), numberWords('a whole number', words)),
    info({ control: 'number', integer: true, ...words })
  );
}

export function boolean(words: Words) {
  return v.pipe(
    v.picklist(['true', 'false'], 'true or false'),
    v.transform((s) => s === 'true'),
    info({ control: 'toggle', ...words })
  );
}

export function choice<const O extends readonly string[]>(options: O, words: Words) {
  return v.pipe(
    v.picklist(options, `one of ${options.join(', ')}`),
    info({ control: 'choice', options, ...words })
  );
}

/** One of many `options`: a wrong one is told the nearest. */
export function namedChoice<const O extends readonly string[]>(options: O, words: Words) {
  const expected = `one of ${options.join(', ')}`;
  return v.pipe(
    v.string(expected),
    v.picklist(options, (issue) => {
      const near = typeof issue.input === 'string' ? nearest(issue.input, options) : '';
      return near ? `${expected} (the nearest is ${near})` : expected;
    }),
    info({ control: 'choice', options, ...words })
  );
}

/** One or several of `options`, as a list. */
export function choices<const O extends readonly string[]>(options: O, words: Words) {
  return v.pipe(
    listOf(v.picklist(options, `one or more of ${options.join(', ')}`)),
    info({ control: 'choices', options, ...words })
  );
}

/** The name of an input relation. */
export function relation(words: Words) {
  return v.pipe(
    v.pipe(v.string('the name of a table'), v.nonEmpty('the name of a table')),
    info({ control: 'relation', ...words })
  );
}

/** The name of a column of the relation under the key `of`. */
export function column(words: Words & { of?: string }) {
  return v.pipe(
    v.pipe(v.string('the name of a column'), v.nonEmpty('the name of a column')),
    info({ control: 'column', of: 'source', ...words })
  );
}

/** One or several columns, as a list. */
export function columnList(words: Words & { of?: string }) {
  return v.pipe(
    listOf(v.pipe(v.string('names of columns'), v.nonEmpty('names of columns'))),
    info({ control: 'columns', of: 'source', ...words })
  );
}

/** A SQL expression over the rows of the source. */
export function expression(words: Words) {
  return v.pipe(
    v.pipe(v.string('a SQL expression'), v.nonEmpty('a SQL expression')),
    info({ control: 'expression', ...words })
  );
}

/** A duration such as `30s`, `5m`, `1h`, `1d`, `1w`; milliseconds inside. */
export function duration(words: Words) {
  const expected = 'a duration such as 500ms, 30s, 5m, 1h, 1d or 1w';
  return v.pipe(
    v.string(expected),
    v.transform((s) => parseDuration(s)),
    v.number(expected),
    info({ control: 'duration', ...words })
  );
}

/** A duration, or a word that stands in its place. */
export function durationOr<const W extends string>(word: W, words: Words) {
  const expected = `${word}, or a duration such as 500ms, 30s, 5m, 1h, 1d or 1w`;
  return v.pipe(
    v.string(expected),
    v.transform((s) => (s.trim() === word ? word : parseDuration(s))),
    v.union([v.literal(word), v.number()], expected),
    info({ control: 'duration', ...words })
  );
}

/** Names to values. */
export function map<S extends AnySchema>(values: S, words: Words) {
  return v.pipe(
    v.record(v.string(), values, 'a map of names to values'),
    info({ control: 'map', ...words })
  );
}

/** Anything with its own inner shape: edited as YAML in forms. */
export function nested<S extends AnySchema>(schema: S, words: Words) {
  return v.pipe(schema, info({ control: 'yaml', ...words }));
}

/** A list; a single value counts as a list of one. */
export function listOf<S extends AnySchema>(item: S) {
  return v.pipe(
    v.unknown(),
    v.transform((value) => (Array.isArray(value) ? (value as unknown[]) : [value])),
    v.array(item)
  );
}

/** A scalar as YAML writers mean it: number, true/false, nothing, else text. For values whose type the data decides; codes such as 00123, 1e5 or of more than 15 digits stay text. */
export function scalar(words: Words) {
  return v.pipe(
    v.string('a single value'),
    v.transform((s): Scalar => {
      if (s === '' || s === 'null' || s === '~') return null;
      if (s === 'true' || s === 'false') return s === 'true';
      return /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(s) ? Number(s) : s;
    }),
    info({ control: 'text', ...words })
  );
}

function toNumber(s: string): number {
  const t = s.trim();
  return t === '' || !/^[+-]?(\d|\.\d)/.test(t) ? Number.NaN : Number(t.replaceAll('_', ''));
}

function within(n: number, { min, max }: { min?: number; max?: number }): boolean {
  return Number.isFinite(n) && (min === undefined || n >= min) && (max === undefined || n <= max);
}

function numberWords(what: string, { min, max }: { min?: number; max?: number }): string {
  if (min !== undefined && max !== undefined) return `${what} from ${min} to ${max}`;
  if (min !== undefined) return `${what} of at least ${min}`;
  if (max !== undefined) return `${what} of at most ${max}`;
  return what;
}
