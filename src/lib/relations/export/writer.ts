import type { RelationInfo } from '#lib/cells/core/context.ts';
import type { CsvOptions } from '#lib/runtime/engine.ts';
import type { DuckDbRelations } from '../duckdb.ts';
import type { LoadParquet } from '../parquet.ts';

/** What writing a file needs. */
export interface WriterInput {
  readonly relations: DuckDbRelations;
  readonly loadParquet: LoadParquet;
  readonly info: RelationInfo;
  readonly csv: CsvOptions;
  /** Rows from the top; all of them when absent. */
  readonly limit: number | undefined;
  readonly signal: AbortSignal;
  /** Told how many rows are written. */
  readonly report: (rows: number) => void;
}

/** Writes a relation as the parts of one file, in order. */
export type Writer = (input: WriterInput) => AsyncIterable<Uint8Array | string>;

/** A LIMIT clause, or nothing. */
export function limitClause({ limit }: WriterInput): string {
  return limit === undefined ? '' : ` LIMIT ${limit}`;
}
