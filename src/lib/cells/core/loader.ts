import type { Cell, RunContext } from './context.ts';

export const fileFormats = [
  'csv',
  'tsv',
  'json',
  'ndjson',
  'parquet',
  'arrow',
  'xlsx',
  'sqlite',
  'duckdb'
] as const;
export type FileFormat = (typeof fileFormats)[number];

/** How text files are written; absent: found from the file. */
export interface TextOptions {
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly encoding?: string;
  readonly decimal?: string;
  readonly thousands?: string;
  /** strptime formats; the first that fits a value counts. */
  readonly dateFormats?: readonly string[];
  readonly timestampFormats?: readonly string[];
  /** Tokens that mean nothing, besides the empty text. */
  readonly nulls?: readonly string[];
  /** Lines to leave out at the top. */
  readonly skip?: number;
}

/** How the rows of a file become a relation. */
export interface LoadOptions extends TextOptions {
  readonly format?: FileFormat;
  /** A sheet of a workbook, by name or by its number from 1; default the first that holds data. */
  readonly sheet?: string;
  /** The cells of a sheet, such as `A1:F200` or `A:F`. */
  readonly range?: string;
  /** Where the rows of a JSON file stand, as keys with dots between; default found. */
  readonly path?: string;
  /** Objects in JSON rows become columns `a.b`; else STRUCT columns. */
  readonly flatten?: boolean;
  /** A table or view of a database file; default the first. */
  readonly table?: string;
  /** Column → type: columns that must be there and what their values must be. */
  readonly columns?: Readonly<Record<string, string>>;
  /** The columns to take besides those of the contract; absent: all. */
  readonly only?: readonly string[];
  /** SQL over the columns taken: rows for which it is not true are left out. */
  readonly filter?: string;
  /** Up to 1 the share of rows to take, above 1 how many of the first. */
  readonly sample?: number;
  /** What a row does that does not fit: goes to `<output>_rejects`, or stops the run. */
  readonly onBadRows?: 'reject' | 'fail';
}

/** One file as it was read. */
export interface LoadedFile {
  readonly name: string;
  readonly format: FileFormat;
  readonly bytes: number;
  readonly rows: number;
  readonly delimiter?: string;
  readonly encoding?: string;
  /** The sheet or table that was read, and all there are. */
  readonly part?: string;
  readonly parts?: readonly string[];
}

export interface LoadReport {
  readonly files: readonly LoadedFile[];
  readonly rows: number;
  readonly rejected: number;
  /** With `filter` or `sample`: the rows that were looked at, the rejected aside. */
  readonly seen?: number;
}

/** Files of the reader by name or pattern, a bundled data set, an address on the network, or an engine elsewhere by the name of its connection. */
export interface LoadFrom {
  readonly file?: string;
  readonly example?: string;
  readonly url?: string;
  readonly connection?: string;
}

/** Brings data in. Outputs are hidden until the run ends well, as with `Sql`. */
export interface Loader {
  /** What a source names into the relation `output` and `<output>_rejects` where the job has it. */
  load(output: string, from: LoadFrom, options: LoadOptions): Promise<LoadReport>;
  /** The rows of a query that an engine elsewhere answers, at most a million, as `load`. */
  loadRemote(
    output: string,
    from: { readonly connection: string; readonly query: string },
    options: LoadOptions
  ): Promise<LoadReport>;
  /** CSV text into the relation `output`. `name` stands for a file name in problems. */
  loadText(output: string, name: string, csv: string, options: TextOptions): Promise<LoadReport>;
}

/** Mode `load`: brings data in. */
export type LoadRun<C, R = unknown> = (
  cell: Cell<C>,
  loader: Loader,
  ctx: RunContext
) => Promise<R>;
