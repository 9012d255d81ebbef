/** A DuckDB type as a tree. `text` is the type as it is written. */
export type SqlType =
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'list'; readonly text: string; readonly item: SqlType }
  | { readonly kind: 'struct'; readonly text: string; readonly members: readonly SqlMember[] }
  | { readonly kind: 'map'; readonly text: string; readonly key: SqlType; readonly value: SqlType };

export interface SqlMember {
  readonly name: string;
  readonly type: SqlType;
}

/** Reads a type as `duckdb_columns()` writes it: `STRUCT(a INTEGER, "b c" VARCHAR[])[3]`. Arrays of fixed length count as lists. */
export function parseSqlType(text: string): SqlType {
  const written = text.trim();
  if (written.endsWith(']')) {
    const item = parseSqlType(written.slice(0, written.lastIndexOf('[')));
    return { kind: 'list', text: written, item };
  }
  const inner = /^(STRUCT|MAP)\((.*)\)$/s.exec(written);
  if (!inner) return { kind: 'scalar', text: written };
  const parts = splitTop(inner[2]!);
  if (inner[1] === 'MAP') {
    const [key = 'VARCHAR', value = 'VARCHAR'] = parts;
    return { kind: 'map', text: written, key: parseSqlType(key), value: parseSqlType(value) };
  }
  return { kind: 'struct', text: written, members: parts.map(memberOf) };
}

function memberOf(part: string): SqlMember {
  const [, quoted, bare, type = ''] = /^(?:"((?:[^"]|"")*)"|(\S+))\s+(.*)$/s.exec(part) ?? [];
  const name = quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"');
  return { name, type: parseSqlType(type) };
}

/** The parts between commas that no parenthesis, bracket or quote encloses. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (quote !== '') {
      if (letter === quote) quote = '';
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '(' || letter === '[') depth++;
    else if (letter === ')' || letter === ']') depth--;
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  return [...parts, text.slice(from).trim()];
}
