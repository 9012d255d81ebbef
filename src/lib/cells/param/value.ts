import type { Scalar } from '#lib/base/problem.ts';

export type ParamType = 'integer' | 'number' | 'text' | 'boolean' | 'date' | 'select';
type HeldType = Exclude<ParamType, 'select'>;

export const valueWords: Readonly<Record<HeldType, string>> = {
  integer: 'a whole number',
  number: 'a number',
  text: 'a text',
  boolean: 'true or false',
  date: 'a date such as 2011-12-09'
};

/** What a text looks like. Digits with a leading zero are text. */
export function typeOf(text: string): HeldType {
  if (text === 'true' || text === 'false') return 'boolean';
  if (/^[+-]?(0|[1-9]\d{0,14})$/.test(text)) return 'integer';
  if (/^[+-]?(0|[1-9]\d*)?(\.\d+)?(e[+-]?\d+)?$/i.test(text) && /\d/.test(text)) return 'number';
  return isDate(text) ? 'date' : 'text';
}

/** The text as a value of `type`; undefined if it is none. Dates stay ISO texts. */
export function readValue(type: HeldType, text: string): Scalar | undefined {
  const plain = text.trim().replaceAll('_', '');
  switch (type) {
    case 'text':
      return text;
    case 'boolean':
      return plain === 'true' ? true : plain === 'false' ? false : undefined;
    case 'date':
      return isDate(plain) ? plain : undefined;
    case 'integer':
    case 'number': {
      const value = /^[+-]?(\d|\.\d)/.test(plain) ? Number(plain) : Number.NaN;
      const whole = type === 'number' || Number.isSafeInteger(value);
      return Number.isFinite(value) && whole ? value : undefined;
    }
  }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
