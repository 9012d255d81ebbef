import type { ColumnType } from '#lib/base/columns.ts';
import { quoteName } from '#lib/sql/quote.ts';

/** Names that start with `~` belong to the engine: no cell can have them, and lists leave them out. */
export function hidden(run: number, name: string): string {
  return `~${run}~${name}`;
}

export function isHidden(name: string): boolean {
  return name.startsWith('~');
}

/** The column type of a DuckDB type. */
export function columnTypeOf(sqlType: string): ColumnType {
  if (/[\])]$/.test(sqlType) && !/^(DECIMAL|ENUM)\([^[\]]*\)$/s.test(sqlType)) return 'other';
  const base = sqlType.replace(/\(.*/s, '');
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(base)) return 'integer';
  if (base === 'DECIMAL') return /,\s*0\)$/.test(sqlType) ? 'integer' : 'number';
  if (base === 'DOUBLE' || base === 'FLOAT' || base === 'REAL') return 'number';
  if (base === 'BOOLEAN') return 'boolean';
  if (base === 'DATE') return 'date';
  if (base.startsWith('TIMESTAMP')) return 'timestamp';
  if (/^(VARCHAR|UUID|ENUM|INTERVAL|TIME|BIT)/.test(base)) return 'text';
  return 'other';
}

/** An SQL expression that reads a column in a type the Arrow reader takes as our column type. */
export function readable(name: string, sqlType: string): string {
  return /^(ENUM|BIT)/.test(sqlType)
    ? `${quoteName(name)}::VARCHAR AS ${quoteName(name)}`
    : quoteName(name);
}
