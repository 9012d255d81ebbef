import type { Field } from '#lib/base/columns.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import { quoteName, quoteText } from '#lib/sql/quote.ts';
import { parseSqlType } from '#lib/sql/type.ts';
import type { DuckDbRelations } from '../duckdb.ts';
import { columnTypeOf } from '../sql-text.ts';
import { presentJson } from './json-value.ts';
import { textOf } from './text-scan.ts';
import { limitClause, type Writer } from './writer.ts';

const rowsPerInsert = 1000;

/**
 * CREATE TABLE and INSERTs of a thousand rows in standard SQL, for DuckDB, PostgreSQL and SQLite where their types
 * permit. Lists, structs and maps are JSON text; integers wider than 64 bits are DECIMAL(38,0) where they fit.
 */
export const writeSql: Writer = async function* (input) {
  const { relations, info, signal, report } = input;
  const fields = await portable(relations, info, signal);
  yield createTable(info.name, fields);
  const table = quoteName(info.name);
  const values = fields.map((field) => `coalesce(${literalOf(field)}, 'NULL')`);
  const row = `'  (' || ${values.join(` || ', ' || `)} || ')'`;
  const insert = quoteText(`INSERT INTO ${table} VALUES\n`);
  const lead = `CASE WHEN "~row" = 1 THEN ${insert}
    WHEN "~row" % ${rowsPerInsert} = 1 THEN ';' || chr(10) || ${insert} ELSE ',' || chr(10) END`;
  const rows = `SELECT row_number() OVER () AS "~row", * FROM ${table}${limitClause(input)}`;
  const sql = `SELECT ${lead} || ${row} AS line FROM (${rows})`;
  yield* textOf(relations.scan(sql, signal), report);
  if (info.rows > 0) yield ';\n';
};

/** The statement that makes an empty table of these columns. */
function createTable(name: string, fields: readonly Field[]): string {
  const columns = fields.map(
    (f) => `  ${quoteName(f.name)} ${portableType(f.sqlType ?? 'VARCHAR')}`
  );
  return `CREATE TABLE ${quoteName(name)} (\n${columns.join(',\n')}\n);\n`;
}

const standard: Readonly<Record<string, string>> = {
  VARCHAR: 'TEXT',
  TINYINT: 'SMALLINT',
  UTINYINT: 'SMALLINT',
  USMALLINT: 'INTEGER',
  UINTEGER: 'BIGINT',
  UBIGINT: 'DECIMAL(20,0)',
  HUGEINT: 'DECIMAL(38,0)',
  UHUGEINT: 'DECIMAL(38,0)',
  DOUBLE: 'DOUBLE PRECISION',
  FLOAT: 'REAL',
  TIMESTAMP_S: 'TIMESTAMP',
  TIMESTAMP_MS: 'TIMESTAMP',
  '"NULL"': 'TEXT'
};

const kept =
  /^(BOOLEAN|SMALLINT|INTEGER|BIGINT|DECIMAL\(\d+,\s*\d+\)|DATE|TIME|TIMESTAMP|TIMESTAMP_NS|TIMESTAMP WITH TIME ZONE|UUID|BLOB|INTERVAL|"(U)?HUGEINT")$/;

function portableType(sqlType: string): string {
  const type = standard[sqlType] ?? (kept.test(sqlType) ? sqlType : 'TEXT');
  return type.replaceAll('"', '');
}

/** The columns as they are written; those of 128 bits that hold more than 38 digits keep the engine's own type. */
async function portable(
  relations: DuckDbRelations,
  info: RelationInfo,
  signal: AbortSignal
): Promise<readonly Field[]> {
  const wide = info.fields.filter(({ sqlType }) => /^U?HUGEINT$/.test(sqlType ?? ''));
  if (wide.length === 0) return info.fields;
  const fits = wide.map(
    ({ name }) => `coalesce(max(strlen(ltrim(${quoteName(name)}::VARCHAR, '-'))), 0)`
  );
  const found = await relations.query(
    `SELECT ${fits.join(', ')} FROM ${quoteName(info.name)}`,
    signal
  );
  return info.fields.map((field) => {
    const at = wide.indexOf(field);
    return at >= 0 && Number(found.vectors[at]!.values[0]) > 38
      ? { ...field, sqlType: `"${field.sqlType}"` }
      : field;
  });
}

/** A SQL expression that writes a value as a literal; NULL where the value is. */
function literalOf({ name, sqlType = 'VARCHAR' }: Field): string {
  const column = quoteName(name);
  const bare = sqlType.replace(/^"(U?HUGEINT)"$/, '$1');
  const type = parseSqlType(bare);
  if (type.kind !== 'scalar') return quotedText(presentJson(column, type));
  if (/^(DOUBLE|FLOAT)$/.test(bare)) {
    // A literal without an exponent would be a decimal, and rounded twice.
    const text = `${column}::VARCHAR`;
    const number = `CASE WHEN contains(${text}, 'e') THEN ${text} ELSE ${text} || 'e0' END`;
    return `CASE WHEN isfinite(${column}) THEN ${number} ELSE 'CAST(''' || ${text} || ''' AS DOUBLE PRECISION)' END`;
  }
  const kind = columnTypeOf(bare);
  if (kind === 'integer' || kind === 'number' || kind === 'boolean') return `${column}::VARCHAR`;
  return quotedText(`${column}::VARCHAR`);
}

function quotedText(text: string): string {
  return `'''' || replace(${text}, '''', '''''') || ''''`;
}
