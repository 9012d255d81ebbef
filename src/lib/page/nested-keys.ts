import { fieldInfo, type AnySchema, type FieldInfo } from '#lib/cells/core/fields.ts';

export interface NestedKey {
  readonly key: string;
  readonly info: FieldInfo | undefined;
  /** What its value is, in words, where the schema says no more. */
  readonly expected: string | undefined;
  /** The words it may be, if it is one of a few. */
  readonly options: readonly string[];
}

/** What valibot schemas hold that others are made of. */
interface Parts {
  readonly type?: string;
  readonly kind?: string;
  readonly entries?: Readonly<Record<string, AnySchema>>;
  readonly wrapped?: AnySchema;
  readonly item?: AnySchema;
  readonly value?: AnySchema;
  readonly pipe?: readonly Parts[];
  readonly getter?: () => AnySchema;
  readonly options?: readonly unknown[];
  readonly expects?: string;
  readonly message?: unknown;
}

/** Deeper than any configuration goes: a route may hold routes without end. */
const deepest = 12;

/** The keys of the map that stands at `path` in a body, or in a list there. */
export function keysAt(schema: AnySchema, path: readonly string[]): readonly NestedKey[] {
  const places = path.reduce(
    (found, key) => found.flatMap((place) => below(place, key)),
    mapsIn(schema as Parts)
  );
  const keys = new Map<string, NestedKey>();
  for (const { entries } of places) {
    for (const [key, entry] of Object.entries(entries ?? {})) {
      if (!keys.has(key)) keys.set(key, nested(key, entry));
    }
  }
  return [...keys.values()];
}

function nested(key: string, entry: AnySchema): NestedKey {
  const inner = (entry as Parts).wrapped ?? entry;
  const { message, type, options } = inner as Parts;
  return {
    key,
    info: fieldInfo(entry),
    expected: typeof message === 'string' ? message : undefined,
    options: type === 'picklist' ? (options ?? []).map(String) : []
  };
}

function below({ type, entries, value }: Parts, key: string): Parts[] {
  const next = type === 'record' ? value : entries?.[key];
  return next ? mapsIn(next) : [];
}

/** The maps that a value of a schema may be, or hold in a list. */
function mapsIn(schema: Parts, depth = 0): Parts[] {
  if (depth > deepest) return [];
  const { type, wrapped, item, pipe, getter, options, entries } = schema;
  const into = (part: unknown) =>
    typeof part === 'object' && part !== null ? mapsIn(part, depth + 1) : [];
  if (entries || type === 'record') return [schema];
  if (wrapped) return into(wrapped);
  if (item) return into(item);
  if (type === 'lazy' && getter) return into(getter());
  const parts = [
    ...(pipe ?? []).filter(({ kind }) => kind === 'schema'),
    ...(type === 'union' || type === 'variant' ? (options ?? []) : [])
  ];
  return parts.flatMap(into);
}
