import type { RelationInfo } from '#lib/cells/core/context.ts';
import { quoteName } from '#lib/sql/quote.ts';
import { parseSqlType } from '#lib/sql/type.ts';
import { jsonObject, jsonValue } from './json-value.ts';
import { textOf } from './text-scan.ts';
import { limitClause, type Writer } from './writer.ts';

/** One JSON object a line. NaN and infinities are null: JSON has no such numbers. */
export const writeNdjson: Writer = (input) => {
  const { relations, info, signal, report } = input;
  const sql = `SELECT ${rowObject(info)} || chr(10) AS line FROM ${quoteName(info.name)}${limitClause(input)}`;
  return textOf(relations.scan(sql, signal), report);
};

/** A JSON list of objects, one a line. */
export const writeJson: Writer = async function* (input) {
  const { relations, info, signal, report } = input;
  const sql = `SELECT ',' || chr(10) || ${rowObject(info)} AS line FROM ${quoteName(info.name)}${limitClause(input)}`;
  yield '[\n';
  let first = true;
  for await (const bytes of textOf(relations.scan(sql, signal), report)) {
    // Every row but the first is led by a comma.
    yield first ? bytes.subarray(2) : bytes;
    first = false;
  }
  yield '\n]\n';
};

function rowObject(info: RelationInfo): string {
  return jsonObject(
    info.fields.map(({ name, sqlType = 'VARCHAR' }) => ({
      name,
      value: jsonValue(quoteName(name), parseSqlType(sqlType))
    }))
  );
}
