/**
 * The type that a ClickHouse type is cast to before it travels as Arrow, so that it arrives as what it means: enums,
 * UUIDs and addresses as text, days as Date32, times as DateTime64 in UTC, dictionaries as their values, integers of
 * more than 64 bits as text.
 */
export function carriedType(written: string): string {
  const type = written.trim();
  const [name, inner] = partsOf(type);
  switch (name) {
    case 'LowCardinality':
      return carriedType(inner);
    case 'Nullable':
      return inner === 'Nothing' ? 'Nullable(String)' : nullable(carriedType(inner));
    case 'Array':
      return `Array(${carriedType(inner)})`;
    case 'Nested':
      return `Array(Tuple(${members(inner)}))`;
    case 'Tuple':
      return `Tuple(${members(inner)})`;
    case 'Map':
      return `Map(${splitTop(inner).map(carriedType).join(', ')})`;
    case 'SimpleAggregateFunction':
      return carriedType(splitTop(inner).at(-1)!);
    case 'Date':
      return 'Date32';
    case 'DateTime':
      return `DateTime64(0, 'UTC')`;
    case 'DateTime64':
      return `DateTime64(${Math.min(6, Number.parseInt(inner, 10) || 0)}, 'UTC')`;
    case 'Decimal':
      return Number.parseInt(inner, 10) <= 38 ? type : 'String';
    case 'BFloat16':
      return 'Float32';
    default:
      if (/^(U?Int(8|16|32|64)|Float(32|64)|Bool|String|Date32)$/.test(name)) return type;
      return name.startsWith('Interval') ? 'Int64' : 'String';
  }
}

/** An expression that gives a column in the type it travels in. */
export function carriedColumn(name: string, type: string): string {
  const column = `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
  const carried = carriedType(type);
  return carried === type ? column : `CAST(${column} AS ${carried}) AS ${column}`;
}

/** Lists, tuples and maps cannot be missing as a whole. */
function nullable(type: string): string {
  return /^(Array|Tuple|Map|Nullable)\(/.test(type) ? type : `Nullable(${type})`;
}

function partsOf(type: string): [name: string, inner: string] {
  const at = type.indexOf('(');
  return at < 0 ? [type, ''] : [type.slice(0, at), type.slice(at + 1, -1)];
}

/** Members of a tuple, named or not. */
function members(inner: string): string {
  return splitTop(inner)
    .map((member) => {
      const [, name, type] = /^(`(?:[^`\\]|\\.)*`|[A-Za-z_]\w*)\s+(.+)$/s.exec(member) ?? [];
      return name !== undefined && type !== undefined
        ? `${name} ${carriedType(type)}`
        : carriedType(member);
    })
    .join(', ');
}

/** The parts between commas outside parentheses and quotes. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (quote !== '') {
      if (letter === '\\') i++;
      else if (letter === quote) quote = '';
    } else if (letter === "'" || letter === '`') quote = letter;
    else if (letter === '(') depth++;
    else if (letter === ')') depth--;
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  return [...parts, text.slice(from).trim()];
}
