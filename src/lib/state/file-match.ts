/**
 * Whether a file name fits what a source cell asks for: a name, or a glob with `*` and `?`. Case does not count. What
 * follows `.zip/` picks members of the archive.
 */
export function fitsPattern(name: string, pattern: string): boolean {
  const source = pattern
    .replace(/^(.+?\.zip)\/.+$/i, '$1')
    .split(/([*?])/)
    .map((part) => (part === '*' ? '.*' : part === '?' ? '.' : escape(part)))
    .join('');
  return new RegExp(`^${source}$`, 'iu').test(name);
}

/** A cell name from a file name: letters, digits and underscores, starting with a letter. */
export function nameFromFile(file: string): string {
  const stem = file
    .normalize('NFC')
    .replace(
      /(\.(csv|tsv|json|ndjson|jsonl|parquet|arrow|txt|gz|zip|xlsx|xlsm|sqlite3?|db|duckdb|tab|feather))+$/i,
      ''
    );
  const name = stem
    .replace(/[^\p{L}\p{N}_]+/gu, '_')
    .replace(/^[^\p{L}_]+/u, '')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40);
  return name || 'table';
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
