import type * as v from 'valibot';
import type { Columns } from '#lib/base/columns.ts';
import type { Problem, Scalar } from '#lib/base/problem.ts';
import type { Body } from './body.ts';
import type { Cell, ComputeRun, LiveRun, SqlRun, StreamClock } from './context.ts';

/**
 * How a kind runs:
 * - `sql`: writes SQL, in the data worker.
 * - `load`: brings files or written data in, in the data worker. Its examples give files by name.
 * - `compute`: transforms columns, in a compute worker, or in the model worker when `needsNetwork` says so.
 * - `script`: transforms columns by the reader's own JavaScript, in the sandbox.
 * - `live`: folds a stream, in the stream worker.
 */
export type Mode = 'sql' | 'load' | 'compute' | 'script' | 'live';

export type Group = 'data' | 'behaviour' | 'demand' | 'supply' | 'live';

/** An input relation and, where known, the only columns of it that are read. */
export interface Input {
  readonly relation: string;
  readonly columns?: readonly string[];
  /** The config key that named it, for problems and renames. */
  readonly key?: string;
}

/** A case of use: shown in the palette and the help, and run by the contract tests. */
export interface Example {
  readonly title: string;
  /** The whole fence body. */
  readonly body: string;
  /** The cell name; default `example`. */
  readonly name?: string;
  readonly flags?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, Scalar>>;
  /** Input relations, as CSV text or as columns. */
  readonly given: Readonly<Record<string, string | Columns>>;
  /** Facts the outputs must show: relation → columns and row count. */
  readonly expect: Readonly<
    Record<string, { readonly columns: readonly string[]; readonly rows?: number }>
  >;
}

export interface CellKind<C = unknown> {
  readonly kind: string;
  /** Goes into every fingerprint: raise it when results change for the same text. */
  readonly version: number;
  readonly title: string;
  /** One line for the palette: what it gives. */
  readonly summary: string;
  readonly group: Group;
  readonly mode: Mode;
  readonly body: Body<C>;
  /** Costly kinds wait for a person's Run the first time and after edits; cheap ones run by themselves. */
  readonly costly?: (cell: Cell<C>) => boolean;
  readonly needsNetwork?: (cell: Cell<C>) => boolean;
  /** Kinds that can end a run with what is done by then (`RunContext.enough`). */
  readonly endsEarly?: (cell: Cell<C>) => boolean;
  /**
   * What outside this browser the cell talks to, such as an address; null if nothing. A notebook made elsewhere does so
   * only once the reader allows it.
   */
  readonly reaches?: (cell: Cell<C>) => string | null;
  /** The relations it reads. For SQL text the runtime adds the names its scanner finds. */
  readonly reads: (cell: Cell<C>) => readonly Input[];
  /** Relations of `reads` whose live log is followed rather than read as tables. */
  readonly follows?: (cell: Cell<C>) => readonly string[];
  /** Kinds whose output is a log that can be followed: its event time. */
  readonly clock?: (cell: Cell<C>) => StreamClock;
  /** SQL fragments of the config that may name relations, for the scanner (query text, filter expressions). */
  readonly sqlOf?: (cell: Cell<C>) => readonly string[];
  /** Suffixes of the secondary outputs; `''` is the cell's own relation. */
  readonly outputs: readonly string[];
  readonly examples: readonly Example[];
}

/** Declares a kind and keeps the type of its configuration. */
export function defineKind<C>(kind: CellKind<C>): CellKind<C> {
  return kind;
}

/** The configuration type of a kind: `ConfigOf<typeof forecast>`. */
export type ConfigOf<K> = K extends CellKind<infer C> ? C : never;

/** The type that `run.ts` of an `sql` kind exports by default, and so on. */
export type SqlRunOf<K, R = unknown> = SqlRun<ConfigOf<K>, R>;
export type ComputeRunOf<K, R = unknown> = ComputeRun<ConfigOf<K>, R>;
export type LiveRunOf<K, R = unknown> = LiveRun<ConfigOf<K>, R>;

export type ObjectSchema = v.ObjectSchema<v.ObjectEntries, undefined>;

/** A configuration read from text, with what was wrong on the way. `config` is null when it cannot run. */
export interface Parsed<C> {
  readonly config: C | null;
  readonly problems: readonly Problem[];
  /** Names of `$param`s used. */
  readonly usesParams: readonly string[];
}
