import type { RelationInfo } from '#lib/cells/core/context.ts';
import type { LoadedFile, LoadReport } from '#lib/cells/core/loader.ts';
import type { GraphCell } from '#lib/notebook/graph-model.ts';
import { bindParams } from '#lib/sql/bind.ts';
import { quoteName, quoteText } from '#lib/sql/quote.ts';

interface TextConfig {
  readonly header?: boolean;
  readonly decimal?: string;
  readonly thousands?: string;
  readonly skip?: number;
  readonly null?: readonly string[];
  readonly date_format?: readonly string[];
  readonly timestamp_format?: readonly string[];
  readonly flatten?: boolean;
}

interface ReadConfig {
  readonly options?: TextConfig;
  readonly url?: string;
  readonly engine?: unknown;
  readonly only?: readonly string[];
  readonly filter?: string;
  readonly sample?: number;
}

/** The SELECT that reads a source's files in DuckDB as they were read here; null for what DuckDB alone does not read so. */
export function readFiles(node: GraphCell, own: RelationInfo, report: unknown): string | null {
  const { files = [] } = (report ?? {}) as Partial<LoadReport>;
  const config = (node.cell?.config ?? {}) as ReadConfig;
  const { url, engine, filter, sample } = config;
  const isShare = sample !== undefined && sample <= 1;
  if (engine !== undefined || isShare || files.some(({ name }) => isPacked(name))) return null;
  const read = readAll(
    url === undefined ? files : files.map((f) => ({ ...f, name: url })),
    own,
    config
  );
  if (read === null) return null;
  const where =
    filter === undefined ? '' : `\nWHERE (${bindParams(filter, node.cell?.params ?? {})}\n)`;
  const limit = sample === undefined ? '' : `\nLIMIT ${sample}`;
  return where || limit ? `SELECT *\nFROM (\n${read}\n)${where}${limit}` : read;
}

function readAll(
  files: readonly LoadedFile[],
  own: RelationInfo,
  config: ReadConfig
): string | null {
  const [first] = files;
  const { options = {}, only } = config;
  if (!first || files.some(({ format }) => format !== first.format)) return null;
  const names = `[${files.map(({ name }) => quoteText(name)).join(', ')}]`;
  const typed = own.fields.map(({ name, sqlType = 'VARCHAR' }) => {
    const column = quoteName(name);
    return `  CAST(${column} AS ${sqlType}) AS ${column}`;
  });
  const select = `SELECT\n${typed.join(',\n')}`;
  switch (first.format) {
    case 'parquet':
      return `${select}\nFROM read_parquet(${names}, union_by_name = true)`;
    case 'ndjson':
      if (options.flatten) return null;
      return `${select}\nFROM read_json(${names}, format = 'newline_delimited', union_by_name = true)`;
    case 'csv':
    case 'tsv': {
      if ((options.date_format?.length ?? 0) > 1 || (options.timestamp_format?.length ?? 0) > 1) {
        return null;
      }
      const whole = only === undefined && files.length === 1;
      const read = `read_csv(${[names, ...csvOptions(first, own, options, whole)].join(', ')})`;
      return `${whole ? 'SELECT *' : select}\nFROM ${read}`;
    }
    default:
      return null;
  }
}

/** Members of archives; what is gzipped is unpacked by DuckDB, where it is text. */
function isPacked(name: string): boolean {
  return /\.zip(\/|$)/i.test(name) || /\.parquet\.gz$/i.test(name);
}

/** Rows that do not fit are left out, as they were here. `whole`: the relation has all columns of the file, in its order. */
function csvOptions(
  file: LoadedFile,
  own: RelationInfo,
  options: TextConfig,
  whole: boolean
): string[] {
  const columns = own.fields.map(
    ({ name, sqlType = 'VARCHAR' }) => `${quoteText(name)}: ${quoteText(sqlType)}`
  );
  const encoding = file.encoding?.toLowerCase() ?? 'utf-8';
  const [dates, times] = [options.date_format?.[0], options.timestamp_format?.[0]];
  const written: Readonly<Record<string, string | undefined>> = {
    auto_detect: String(!whole),
    // Columns that are not taken must not make a row unfit: their types are found from all rows.
    sample_size: whole ? undefined : '-1',
    union_by_name: whole ? undefined : 'true',
    header: String(options.header ?? true),
    delim: quoteText(file.delimiter ?? ','),
    quote: `'"'`,
    escape: `'"'`,
    [whole ? 'columns' : 'types']: `{${columns.join(', ')}}`,
    nullstr: `[${['', ...(options.null ?? [])].map(quoteText).join(', ')}]`,
    ignore_errors: 'true',
    skip: options.skip ? String(options.skip) : undefined,
    decimal_separator: options.decimal ? quoteText(options.decimal) : undefined,
    thousands: options.thousands ? quoteText(options.thousands) : undefined,
    dateformat: dates === undefined ? undefined : quoteText(dates),
    timestampformat: times === undefined ? undefined : quoteText(times),
    encoding: encoding === 'utf-8' ? undefined : quoteText(encoding)
  };
  return Object.entries(written).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = ${value}`]
  );
}
