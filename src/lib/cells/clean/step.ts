import type * as v from 'valibot';
import type { Field } from '#lib/base/columns.ts';
import type { Span } from '#lib/base/problem.ts';
import type { ObjectSchema } from '../core/define.ts';

/** A step of a recipe as the configuration holds it: plain data. `options` has passed the schema of its kind. */
export interface Step {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly span: Span;
}

/** The table a step starts from. */
export interface StepInput {
  /** Quoted, for use after FROM. */
  readonly from: string;
  /** Its columns, without the ordinal. */
  readonly fields: readonly Field[];
  /** The quoted column that holds each row's place; every step carries it along. */
  readonly row: string;
  readonly span: Span;
}

/** Values that the step cannot convert: a SELECT of their count and of one of them (`lost`, `example`). */
export interface Loss {
  readonly column: string;
  readonly to: string;
  readonly select: string;
}

/** A step as SQL. */
export interface Compiled {
  readonly select: string;
  /** Columns whose values may read differently afterwards; the rows where they do are counted as changed. */
  readonly alters: readonly string[];
  /** Each row is computed from itself alone and keeps its place, so that the step needs no table of its own. */
  readonly local?: boolean;
  /** A condition on the rows afterwards that counts them instead of `alters`. */
  readonly counts?: string;
  readonly losses?: readonly Loss[];
  /** A SELECT of how many rows (`rows`) the step would add, asked before it runs, and the most that it may. */
  readonly adds?: { readonly select: string; readonly most: number };
}

/** One kind of cleaning step. */
export interface StepKind<S extends ObjectSchema = ObjectSchema> {
  readonly name: string;
  readonly schema: S;
  /** The full form of what may be written short, such as a bare column name. */
  full(value: unknown): unknown;
  /** The step with its target, in stable words: goes into the relation NAME_steps. */
  action(options: v.InferOutput<S>): string;
  /** Expressions written by the reader, for the name scanner. */
  expressions?(options: v.InferOutput<S>): readonly string[];
  /** Relations besides the source that the step reads. */
  reads?(options: v.InferOutput<S>): readonly string[];
  /** A SELECT of the figures that it finds in the rows, for `NAME_parameters`; null where it takes them from elsewhere. */
  parameters?(options: v.InferOutput<S>, input: StepInput): string | null;
  compile(options: v.InferOutput<S>, input: StepInput): Compiled;
}

export function defineStep<S extends ObjectSchema>(kind: StepKind<S>): StepKind<S> {
  return kind;
}
