import { quoteName, quoteText } from '#lib/sql/quote.ts';

/** What the values of a JSON column, or of a key inside them, are like. `mixed`: no one type holds them all. */
type Shape =
  | { readonly is: 'nothing' | 'boolean' | 'integer' | 'number' | 'text' | 'mixed' }
  | { readonly is: 'list'; readonly item: Shape }
  | { readonly is: 'struct'; readonly members: ReadonlyMap<string, Shape> };

const nothing: Shape = { is: 'nothing' };
const mixed: Shape = { is: 'mixed' };

/** What objects and lists are like, one after the other. */
export class NestedShape {
  shape: Shape = nothing;

  add(value: object): void {
    this.shape = isMisread(value) ? mixed : widened(this.shape, shapeOf(value));
  }
}

/** Collects what the columns of JSON files hold, so that objects and lists can become STRUCT and LIST columns. */
export class NestedColumns {
  readonly #shapes = new Map<string, Shape>();

  /** What some objects and lists of the column `name` are like. */
  add(name: string, { shape }: NestedShape): void {
    this.#shapes.set(name, widened(this.#shapes.get(name) ?? nothing, shape));
  }

  /** The column also holds values that are neither. */
  addPlain(name: string): void {
    this.#shapes.set(name, mixed);
  }

  /** The DuckDB type of every nested column whose values are of one; the SQL reads it from the column's JSON text. */
  casts(): Map<string, { readonly type: string; readonly value: string }> {
    const casts = new Map<string, { type: string; value: string }>();
    for (const [name, shape] of this.#shapes) {
      const type = sqlType(shape);
      if (type === 'VARCHAR') continue;
      casts.set(name, { type, value: `TRY_CAST(${unescaped(quoteName(name))} AS ${type})` });
    }
    return casts;
  }
}

/**
 * Whether the engine would read the JSON text wrong: where it steps over an object or a list inside something else, it
 * takes a `}` in a text of the object, or a `]` in a text of the list, for the end, escaped or not, and gives null
 * instead. `ends`: what would be taken for the end of what holds the value.
 */
function isMisread(value: unknown, ends = '', isInside = false): boolean {
  if (typeof value === 'string') return [...ends].some((end) => value.includes(end));
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    return value.some((item) => isMisread(item, isInside ? ']' : '', true));
  }
  const own = (ends.includes(']') ? ']' : '') + (isInside ? '}' : '');
  return Object.entries(value).some(
    ([key, item]) => isMisread(key, own) || isMisread(item, own, true)
  );
}

function shapeOf(value: unknown): Shape {
  if (value === null || value === undefined) return nothing;
  if (Array.isArray(value)) {
    return { is: 'list', item: value.reduce<Shape>((all, v) => widened(all, shapeOf(v)), nothing) };
  }
  switch (typeof value) {
    case 'object': {
      const members = Object.entries(value).map(([key, v]) => [key, shapeOf(v)] as const);
      return { is: 'struct', members: new Map(members) };
    }
    case 'boolean':
      return { is: 'boolean' };
    case 'number':
      return { is: Number.isSafeInteger(value) ? 'integer' : 'number' };
    default:
      return { is: 'text' };
  }
}

/** The shape that holds what both hold: whole numbers among numbers are numbers, keys that lack are missing. */
function widened(a: Shape, b: Shape): Shape {
  if (a.is === 'nothing') return b;
  if (b.is === 'nothing') return a;
  if (a.is === 'list' && b.is === 'list') return { is: 'list', item: widened(a.item, b.item) };
  if (a.is === 'struct' && b.is === 'struct') {
    if ([...b.members].every(([key, shape]) => a.members.get(key) === shape)) return a;
    const members = new Map(a.members);
    for (const [key, shape] of b.members) {
      members.set(key, widened(members.get(key) ?? nothing, shape));
    }
    return { is: 'struct', members };
  }
  if (a.is === b.is) return a;
  const areNumbers = [a, b].every(({ is }) => is === 'integer' || is === 'number');
  return areNumbers ? { is: 'number' } : mixed;
}

/** The DuckDB type of a shape; what has none of its own is text, in JSON. */
function sqlType(shape: Shape): string {
  switch (shape.is) {
    case 'boolean':
      return 'BOOLEAN';
    case 'integer':
      return 'BIGINT';
    case 'number':
      return 'DOUBLE';
    case 'list':
      return `${sqlType(shape.item)}[]`;
    case 'struct': {
      const { members } = shape;
      const keys = new Set([...members.keys()].map((key) => key.toLowerCase()));
      if (members.size === 0 || keys.size < members.size || keys.has('')) return 'VARCHAR';
      const list = [...members].map(([key, inner]) => `${quoteName(key)} ${sqlType(inner)}`);
      return `STRUCT(${list.join(', ')})`;
    }
    default:
      return 'VARCHAR';
  }
}

/** JSON text as the engine reads nested values: it knows `\"` and `\\`, and no other escape. */
function unescaped(column: string): string {
  const held = 'chr(65534)';
  const controls = Array.from({ length: 31 }, (_, i) => String.fromCharCode(i + 1));
  const replaced = controls.reduce(
    (sql, control) => {
      const written = JSON.stringify(control).slice(1, -1);
      return `replace(${sql}, ${quoteText(written)}, chr(${control.charCodeAt(0)}))`;
    },
    `replace(${column}, ${quoteText('\\\\')}, ${held})`
  );
  const whole = `replace(${replaced}, ${held}, ${quoteText('\\\\')})`;
  return `CASE WHEN contains(${column}, ${quoteText('\\')}) THEN ${whole} ELSE ${column} END`;
}
