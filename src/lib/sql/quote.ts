/** A name as SQL takes it whatever it holds: `"…"`. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a SQL literal: `'…'`. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as a person writes it: bare where DuckDB takes it so, else quoted. */
export function writeName(name: string): string {
  const bare = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !reserved.has(name.toLowerCase());
  return bare ? name : quoteName(name);
}

/** What names are compared by: DuckDB takes `Abc` and `ABC` for the same, and so do notebooks; composed letters equal decomposed ones. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Words that DuckDB 1.4 does not take as a bare table name or alias: `duckdb_keywords()`, categories reserved and type_function. */
const reserved: ReadonlySet<string> = new Set(
  (
    'all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by case cast ' +
    'check collate collation column columns concurrently constraint create cross default deferrable desc ' +
    'describe distinct do else end except false fetch for foreign freeze from full generated glob group having ' +
    'ilike in initially inner intersect into is isnull join lambda lateral leading left like limit map natural ' +
    'not notnull null offset on only or order outer overlaps pivot pivot_longer pivot_wider placing positional ' +
    'primary qualify references returning right select semi show similar some struct summarize symmetric table ' +
    'tablesample then to trailing true try_cast union unique unpack unpivot using variadic verbose when where ' +
    'window with'
  ).split(' ')
);
