import type { Columns } from '#lib/base/columns.ts';
import type { RelationInfo } from '#lib/cells/core/context.ts';
import { fail } from '#lib/problems/index.ts';

/** Refuses rows whose columns are not those of the relation, by name and order. */
export function requireSameColumns(info: RelationInfo, data: Columns): void {
  const has = info.fields.map((field) => field.name).join(', ');
  const given = data.names.join(', ');
  if (has === given) return;
  const detail = `It has the columns ${has}; the rows have ${given}.`;
  throw fail('data.columns-differ', { name: info.name, detail });
}
