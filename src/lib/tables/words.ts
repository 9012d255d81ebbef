import type { Field } from '#lib/base/columns.ts';
import { formatDate, formatInteger, formatNumber, formatTimestamp } from '#lib/base/format.ts';
import type { Bins } from '#lib/base/table-profile.ts';
import { language, m } from '#lib/messages/messages.svelte.ts';
import type { Filter } from '#lib/sql/filter.ts';

/** A filter in a few words. */
export function filterWords(filter: Filter): string {
  const words = m().table.chip;
  const { column } = filter;
  switch (filter.op) {
    case 'contains':
    case 'starts':
    case 'equals':
      return words[filter.op](column, filter.text);
    case 'missing':
    case 'present':
      return words[filter.op](column);
    case 'in':
      return words.among(column, listed(filter.values));
    case 'range': {
      const { from, to, below } = filter;
      if (from !== null && to !== null) {
        return (below ? words.betweenBelow : words.between)(column, from, to);
      }
      if (from !== null) return words.atLeast(column, from);
      return to === null ? words.present(column) : (below ? words.below : words.atMost)(column, to);
    }
  }
}

function listed(values: readonly (string | null)[]): string {
  const words = m().table.chip;
  const shown = values.slice(0, 2).map((v) => (v === null ? m().common.missing : `“${v}”`));
  const more = values.length - shown.length;
  return [shown.join(` ${words.or} `), ...(more > 0 ? [words.more(more)] : [])].join(' ');
}

/** A figure of a column in the column's own terms. */
export function figureWords(value: number | null, { type }: Field): string {
  if (value === null) return '–';
  if (type === 'date') return formatDate(value);
  if (type === 'timestamp') return formatTimestamp(Math.round(value / 1000) * 1000);
  if (type === 'integer' && Number.isInteger(value)) return formatInteger(value, language());
  return formatNumber(value, language(), Math.abs(value) >= 100 ? 1 : 4);
}

/** The values from class `first` to before class `last`, as a filter on them. */
export function binFilter(field: Field, bins: Bins, first: number, last: number): Filter {
  const { edges, openBelow, openAbove } = bins;
  const end = edges.length - 1;
  const lowest = first === 0 && openBelow;
  const highest = last === end && openAbove;
  const isTime = field.type === 'date' || field.type === 'timestamp';
  const text = (edge: number) => (isTime ? timeText(edge) : String(edge));
  return {
    ...{ column: field.name, op: 'range' },
    from: lowest ? null : text(edges[first]!),
    to: highest ? null : text(edges[last]!),
    below: edges[last]! > edges[first]! && (last < end || field.type !== 'number')
  };
}

/** Milliseconds as SQL writes a time; a day alone at midnight. */
export function timeText(ms: number): string {
  const [, sign, year, rest = ''] = /^([+-]?)(\d+)(.*)Z$/.exec(new Date(ms).toISOString()) ?? [];
  const bc = sign === '-' || Number(year) === 0;
  const written = String(bc ? 1 + Number(year) : Number(year)).padStart(4, '0');
  const clock = rest.replace('T', ' ').replace('.000', '').replace(' 00:00:00', '');
  return `${written}${clock}${bc ? ' (BC)' : ''}`;
}
