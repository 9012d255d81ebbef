import type { ColumnType, Field } from '#lib/base/columns.ts';
import { isMap, type Json, type JsonMap } from './walk.ts';

/** Fills in the `type` of encodings that leave it out, from the type of the column: dates are then drawn as dates. */
export function withTypes(spec: JsonMap, fields: readonly Field[]): JsonMap {
  const types = new Map(fields.map((f) => [f.name, f.type]));
  const visit = (view: JsonMap): JsonMap => {
    const out: Record<string, Json> = { ...view };
    if (isMap(view['encoding'])) {
      const channels = Object.entries(view['encoding']).map(([k, d]) => [k, channel(d)] as const);
      out['encoding'] = Object.fromEntries(channels);
    }
    for (const key of ['layer', 'concat', 'hconcat', 'vconcat']) {
      const views = view[key];
      if (Array.isArray(views))
        out[key] = (views as readonly Json[]).map((v) => (isMap(v) ? visit(v) : v));
    }
    if (isMap(view['spec'])) out['spec'] = visit(view['spec']);
    return out;
  };
  const channel = (definition: Json): Json => {
    if (Array.isArray(definition)) return (definition as readonly Json[]).map(channel);
    if (!isMap(definition) || definition['type'] !== undefined) return definition;
    const type = typeOf(definition, types);
    return type === null ? definition : { ...definition, type };
  };
  return visit(spec);
}

function typeOf(definition: JsonMap, types: ReadonlyMap<string, ColumnType>): string | null {
  const { field, aggregate, bin, timeUnit } = definition;
  if (aggregate !== undefined || bin === true || isMap(bin)) return null;
  if (timeUnit !== undefined || typeof field !== 'string') return null;
  switch (types.get(field)) {
    case 'integer':
    case 'number':
      return 'quantitative';
    case 'date':
    case 'timestamp':
      return 'temporal';
    case 'text':
    case 'boolean':
      return 'nominal';
    default:
      return null;
  }
}
