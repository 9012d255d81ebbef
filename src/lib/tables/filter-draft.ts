import type { Field } from '#lib/base/columns.ts';
import { numberPattern, timePattern, type Filter } from '#lib/sql/filter.ts';

export type Condition = Filter['op'];

/** The conditions that a column's type allows, the usual one first. */
export function conditionsOf({ type }: Field, hasValues: boolean): readonly Condition[] {
  const missing: readonly Condition[] = ['missing', 'present'];
  switch (type) {
    case 'integer':
    case 'number':
    case 'date':
    case 'timestamp':
      return ['range', ...missing];
    case 'boolean':
      return ['in', ...missing];
    case 'text':
      return [...(hasValues ? (['in'] as const) : []), 'contains', 'starts', 'equals', ...missing];
    default:
      return ['contains', ...missing];
  }
}

/** What a filter form holds before it is applied. */
export interface Draft {
  readonly op: Condition;
  readonly text: string;
  readonly values: readonly (string | null)[];
  readonly from: string;
  readonly to: string;
}

export function draftOf(filter: Filter | undefined, usual: Condition): Draft {
  const blank: Draft = { op: filter?.op ?? usual, text: '', values: [], from: '', to: '' };
  if (!filter) return blank;
  if ('text' in filter) return { ...blank, text: filter.text };
  if (filter.op === 'in') return { ...blank, values: filter.values };
  if (filter.op === 'range') return { ...blank, from: filter.from ?? '', to: filter.to ?? '' };
  return blank;
}

/** Whether a bound can be read; an empty one is none. */
export function isBound(text: string, { type }: Field): boolean {
  const written = tidy(text);
  if (written === '') return true;
  if (type === 'integer' || type === 'number') return numberPattern.test(written);
  return timePattern.test(written) && !Number.isNaN(Date.parse(written.slice(0, 10)));
}

/** The filter of a draft whose bounds can be read; null where it would take every row. A day as the end is meant whole. */
export function filterOf(draft: Draft, field: Field): Filter | null {
  const { op } = draft;
  const column = field.name;
  if (op === 'missing' || op === 'present') return { column, op };
  if (op === 'in') return draft.values.length > 0 ? { column, op, values: draft.values } : null;
  if (op === 'range') {
    const from = tidy(draft.from) || null;
    const to = tidy(draft.to) || null;
    if (from === null && to === null) return null;
    const wholeDay = field.type === 'timestamp' && to !== null && !to.includes(':');
    return wholeDay ? { column, op, from, to: nextDay(to), below: true } : { column, op, from, to };
  }
  return draft.text === '' && op !== 'equals' ? null : { column, op, text: draft.text };
}

function tidy(text: string): string {
  return text.trim().replaceAll('−', '-').replaceAll(',', '');
}

function nextDay(day: string): string {
  const next = new Date(Date.parse(day) + 86_400_000);
  return next.toISOString().slice(0, day.length);
}
