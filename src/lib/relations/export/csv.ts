import type { Field } from '#lib/base/columns.ts';
import { quoteName, quoteText } from '#lib/sql/quote.ts';
import { parseSqlType } from '#lib/sql/type.ts';
import { presentJson } from './json-value.ts';
import { textOf } from './text-scan.ts';
import { limitClause, type Writer } from './writer.ts';

/**
 * CSV after RFC 4180 with `\n` as line end. Missing values are empty, an empty text is `""`; lists of single values are
 * joined by a comma and a blank, other nested values are JSON text. One value a row is made in SQL: no row becomes an object.
 */
export const writeCsv: Writer = async function* (input) {
  const { relations, info, csv, signal, report } = input;
  const { delimiter = ',', bom = false } = csv;
  const header = info.fields.map(({ name }) => quoted(name, delimiter)).join(delimiter);
  yield `${bom ? '\ufeff' : ''}${header}\n`;
  const values = info.fields.map((field) => csvValue(field, delimiter, info.fields.length === 1));
  const row = values.join(` || ${quoteText(delimiter)} || `);
  const sql = `SELECT ${row} || chr(10) AS line FROM ${quoteName(info.name)}${limitClause(input)}`;
  yield* textOf(relations.scan(sql, signal), report);
};

function quoted(text: string, delimiter: string): string {
  const needs = /["\r\n]/.test(text) || text.includes(delimiter) || text.trim() !== text;
  return needs ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Alone on its line, a missing value would be an empty line, which readers skip: it is quoted then. */
function csvValue({ name, type, sqlType = '' }: Field, delimiter: string, alone: boolean): string {
  const column = quoteName(name);
  const missing = alone ? `'""'` : `''`;
  const plain = type !== 'text' && type !== 'other';
  if (plain) return `coalesce(${column}::VARCHAR, ${missing})`;
  const text = csvText(column, sqlType);
  const special = `[${delimiter === '\t' ? '\\t' : `\\${delimiter}`}"\\r\\n]|^\\s|\\s$`;
  return `CASE WHEN ${column} IS NULL THEN ${missing}
    WHEN ${text} = '' OR regexp_matches(${text}, '${special}')
    THEN '"' || replace(${text}, '"', '""') || '"' ELSE ${text} END`;
}

/** A value as the text of a cell: of CSV, of a spreadsheet, of SQL. */
export function csvText(column: string, sqlType: string): string {
  const type = parseSqlType(sqlType);
  if (type.kind === 'scalar') return `${column}::VARCHAR`;
  if (type.kind === 'list' && type.item.kind === 'scalar') {
    return `coalesce(array_to_string(${column}::VARCHAR[], ', '), '')`;
  }
  return presentJson(column, type);
}
