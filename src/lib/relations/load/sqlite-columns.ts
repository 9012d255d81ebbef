/** A column of a SQLite table and what its values are: SQLite lets every value have its own type. */
export interface SqliteColumn {
  readonly name: string;
  /** The type as declared, in capitals; may be empty. */
  readonly declared: string;
  readonly integers: number;
  readonly reals: number;
  readonly texts: number;
  readonly blobs: number;
  /** Texts that begin as a date does: 2011-12-09. */
  readonly dates: number;
  /** Of these, those with a time of day. */
  readonly times: number;
  readonly least: number;
  readonly most: number;
}

/** How a column leaves SQLite, and what it then becomes. */
export interface SqlitePlan {
  readonly as: 'integer' | 'number' | 'boolean' | 'text';
  /** SQL of the value in SQLite. */
  readonly select: string;
  /** The DuckDB type to turn it into, with the SQL of the value there. */
  readonly cast?: { readonly type: string; readonly value: string };
}

/**
 * The type of a column by what it holds and how it is declared: one kind of value gives that type, several give text.
 * `column` is its quoted name. Whole numbers beyond 2^53 travel as text and stay exact.
 */
export function planOf(found: SqliteColumn, column: string): SqlitePlan {
  const { declared, integers, reals, texts, blobs } = found;
  const asText: SqlitePlan = { as: 'text', select: `CAST(${column} AS TEXT)` };
  if (blobs > 0) {
    return {
      as: 'text',
      select: `CASE typeof(${column}) WHEN 'blob' THEN hex(${column}) ELSE CAST(${column} AS TEXT) END`
    };
  }
  const isTime = /DATE|TIME/.test(declared);
  if (texts > 0) {
    if (integers + reals > 0 || !isTime || found.dates < texts) return asText;
    const type = /TIME/.test(declared) || found.times > 0 ? 'TIMESTAMP' : 'DATE';
    return { as: 'text', select: column, cast: { type, value: castText(column, type) } };
  }
  if (isTime && integers + reals > 0) return timeOf(found, column);
  if (reals > 0) return { as: 'number', select: column };
  if (integers > 0) return integerOf(found, column);
  return emptyOf(declared, column);
}

function castText(column: string, type: string): string {
  return type === 'DATE'
    ? `TRY_CAST(${column} AS DATE)`
    : `TRY_CAST(${column} AS TIMESTAMPTZ)::TIMESTAMP`;
}

/** Times kept as numbers: Julian days, or seconds or milliseconds since 1970. */
function timeOf(found: SqliteColumn, column: string): SqlitePlan {
  const type = /TIME/.test(found.declared) ? 'TIMESTAMP' : 'DATE';
  const julian = found.integers === 0 && found.least > 1_000_000 && found.most < 6_000_000;
  const inMs = Math.max(Math.abs(found.least), Math.abs(found.most)) >= 1e11;
  const ms = julian
    ? `(${column} - 2440587.5) * 86400000`
    : inMs
      ? `${column} * 1.0`
      : `${column} * 1000.0`;
  return {
    as: 'number',
    select: ms,
    cast: { type, value: `make_timestamp((round(${column}) * 1000)::BIGINT)::${type}` }
  };
}

function integerOf({ declared, least, most }: SqliteColumn, column: string): SqlitePlan {
  if (/BOOL/.test(declared) && least >= 0 && most <= 1) return { as: 'boolean', select: column };
  if (/DEC|NUM|REAL|FLOA|DOUB/.test(declared)) return { as: 'number', select: column };
  const exact = least >= Number.MIN_SAFE_INTEGER && most <= Number.MAX_SAFE_INTEGER;
  if (exact) return { as: 'integer', select: column };
  const cast = { type: 'BIGINT', value: `${column}::BIGINT` };
  return { as: 'text', select: `CAST(${column} AS TEXT)`, cast };
}

/** A column without any value has the type it is declared with. */
function emptyOf(declared: string, column: string): SqlitePlan {
  if (/INT/.test(declared)) return { as: 'integer', select: column };
  if (/BOOL/.test(declared)) return { as: 'boolean', select: column };
  if (/DEC|NUM|REAL|FLOA|DOUB/.test(declared)) return { as: 'number', select: column };
  const text: SqlitePlan = { as: 'text', select: column };
  if (/TIME/.test(declared)) return { ...text, cast: { type: 'TIMESTAMP', value: 'NULL' } };
  if (/DATE/.test(declared)) return { ...text, cast: { type: 'DATE', value: 'NULL' } };
  return text;
}
