import { quoteName } from '#lib/sql/quote.ts';
import { limitClause, type WriterInput } from './writer.ts';

/** The columns in types that Arrow files and Parquet carry: enums, bits, intervals, unions and UHUGEINT as text, also inside nested types. */
export function selectTyped(input: WriterInput): string {
  const { info } = input;
  const list = info.fields.map(({ name, sqlType = '' }) => {
    const column = quoteName(name);
    const carried = carriedType(sqlType);
    return carried === sqlType ? column : `${column}::${carried} AS ${column}`;
  });
  return `SELECT ${list.join(', ')} FROM ${quoteName(info.name)}${limitClause(input)}`;
}

function carriedType(sqlType: string): string {
  if (sqlType.startsWith('UNION(')) return 'VARCHAR';
  return sqlType
    .replace(/\bENUM\((?:'(?:[^']|'')*'(?:,\s*)?)*\)/g, 'VARCHAR')
    .replace(/\b(BIT|INTERVAL|UHUGEINT|TIME WITH TIME ZONE)(?![\w"])/g, 'VARCHAR');
}
