import type { Columns } from '#lib/base/columns.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';

export interface ReadOptions {
  readonly columns?: readonly string[];
  readonly offset?: number;
  readonly limit?: number;
}

/**
 * Named tables. Two implementations under one test suite: DuckDB and memory.
 * Names are case-insensitive and may hold any letters. Long operations take a signal and reject with Cancelled.
 */
export interface Relations {
  list(): Promise<readonly RelationInfo[]>;
  describe(name: string): Promise<RelationInfo | undefined>;
  read(name: string, options?: ReadOptions, signal?: AbortSignal): Promise<Columns>;
  /** Makes or replaces a table. */
  write(name: string, data: Columns): Promise<RelationInfo>;
  /** Adds rows; makes the table on first use. */
  append(name: string, data: Columns): Promise<void>;
  drop(names: readonly string[]): Promise<void>;
  /** Gives tables their public names, dropping `gone` and what stood there, all at once. */
  publish(
    renames: readonly { readonly from: string; readonly to: string }[],
    gone: readonly string[]
  ): Promise<void>;
}

/** Relations that also speak SQL. */
export interface SqlRelations extends Relations {
  query(sql: string, signal?: AbortSignal): Promise<Columns>;
  createAs(name: string, select: string, signal?: AbortSignal): Promise<RelationInfo>;
  /** Order-sensitive hash of a table's content and schema. */
  hash(info: RelationInfo): Promise<string>;
}
