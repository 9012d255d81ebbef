import type { Field } from '#lib/base/columns.ts';
import { quoteName } from '../quote.ts';

/** How a column is read for its profile: `present` is null where the value is missing, `finite` also where it has no end. */
export interface ProfiledColumn {
  readonly field: Field;
  readonly shape: 'number' | 'time' | 'text' | 'boolean' | 'nested';
  readonly present: string;
  readonly finite: string;
  /** `finite` as a DOUBLE: the value, or milliseconds since 1970. */
  readonly figure: string;
}

export function profiledColumn(field: Field): ProfiledColumn {
  const name = quoteName(field.name);
  const sqlType = field.sqlType ?? '';
  const as = (shape: ProfiledColumn['shape'], present: string, finite = present) => ({
    ...{ field, shape, present, finite },
    figure: shape === 'time' ? milliseconds(finite) : `CAST(${finite} AS DOUBLE)`
  });
  switch (field.type) {
    case 'integer':
      return as('number', name);
    case 'number':
      return /^DECIMAL/.test(sqlType)
        ? as('number', name)
        : as(
            'number',
            `CASE WHEN NOT isnan(${name}) THEN ${name} END`,
            `CASE WHEN isfinite(${name}) THEN ${name} END`
          );
    case 'date':
    case 'timestamp': {
      const plain = sqlType === 'DATE' || sqlType === 'TIMESTAMP';
      const time = plain ? name : `TRY_CAST(${name} AS TIMESTAMP)`;
      return as('time', name, `CASE WHEN isfinite(${time}) THEN ${time} END`);
    }
    case 'boolean':
      return as('boolean', name);
    case 'text':
      return as('text', /^(VARCHAR|$)/.test(sqlType) ? name : `CAST(${name} AS VARCHAR)`);
    default:
      return as('nested', name);
  }
}

/** Milliseconds since 1970 as a DOUBLE; null beyond what a timestamp holds. */
export function milliseconds(time: string): string {
  return `epoch_us(TRY_CAST(${time} AS TIMESTAMP)) / 1000.0`;
}
