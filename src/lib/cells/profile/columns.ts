import type { Field } from '#lib/base/columns.ts';
import { ident } from '../core/sql.ts';

/** A column as SQL reads it for its figures. "Not a number" is missing. */
export interface Reading {
  /** Null where the value is missing. */
  readonly present: string;
  /** A double: the number, 0 or 1, milliseconds of a time; null for text and nested values. */
  readonly number: string | null;
  /** Numbers alone have means and quantiles in the profile; true and false have a mean. */
  readonly averaged: boolean;
  readonly ordered: boolean;
}

export function readingOf(field: Field): Reading {
  const name = ident(field.name);
  switch (field.type) {
    case 'integer':
    case 'number': {
      const floating = field.type === 'number' && !/^DECIMAL/i.test(field.sqlType ?? '');
      const present = floating ? `nullif(${name}, 'nan')` : name;
      return { present, number: `CAST(${present} AS DOUBLE)`, averaged: true, ordered: true };
    }
    case 'boolean':
      return { present: name, number: `CAST(${name} AS DOUBLE)`, averaged: true, ordered: true };
    case 'date':
    case 'timestamp': {
      const number = `CAST(epoch_ms(CAST(${name} AS TIMESTAMP)) AS DOUBLE)`;
      return { present: name, number, averaged: false, ordered: true };
    }
    case 'text':
      return { present: name, number: null, averaged: false, ordered: true };
    default:
      return { present: name, number: null, averaged: false, ordered: false };
  }
}

export function isNumeric(field: Field): boolean {
  return field.type === 'integer' || field.type === 'number';
}

export function isTimed(field: Field): boolean {
  return field.type === 'date' || field.type === 'timestamp';
}
