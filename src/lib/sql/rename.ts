import { nameKey, quoteName, writeName } from './quote.ts';
import { scanNames } from './names.ts';
import { scanSql } from './scan.ts';

/** SQL with relations renamed (keys of `renames` by `nameKey`), all at once; quoted names stay quoted, everything else keeps its bytes. */
export function renameRelations(sql: string, renames: ReadonlyMap<string, string>): string {
  let out = '';
  let at = 0;
  for (const { key, from, to, quoted } of scanNames(sql).references) {
    const name = renames.get(key);
    if (name === undefined) continue;
    out += sql.slice(at, from) + (quoted ? quoteName(name) : writeName(name));
    at = to;
  }
  return out + sql.slice(at);
}

/** SQL with the parameter `$from` written `$to`. */
export function renameParam(sql: string, from: string, to: string): string {
  return scanSql(sql)
    .map((t) =>
      t.kind === 'param' && nameKey(t.value) === nameKey(from) ? `$${to}` : sql.slice(t.from, t.to)
    )
    .join('');
}
