import { valueAt, type Columns, type Value } from '#lib/base/columns.ts';

/** Any part of a Vega-Lite specification. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Charts are drawn from at most so many rows; a chart of more is a picture of noise. */
export const rowLimit = 50_000;

/** Above so many rows the chart is drawn on a canvas instead of as elements. */
export const canvasFrom = 3000;

/** The first `limit` rows as the objects Vega works on. Missing values are null. */
export function vegaRows(table: Columns, limit = rowLimit): Record<string, Value>[] {
  const count = Math.min(limit, table.length);
  const rows: Record<string, Value>[] = Array.from({ length: count }, () => ({}));
  table.names.forEach((name, c) => {
    const vector = table.vectors[c];
    if (!vector) return;
    for (let row = 0; row < count; row++) rows[row]![name] = valueAt(vector, row);
  });
  return rows;
}

const composite = ['concat', 'hconcat', 'vconcat', 'facet', 'repeat', 'spec'];

/** Whether the chart is one picture that can be drawn to any width, not several beside each other. */
function isSingle(spec: JsonObject): boolean {
  if (composite.some((key) => key in spec)) return false;
  const encoding = spec['encoding'];
  return !(isObject(encoding) && ['row', 'column', 'facet'].some((key) => key in encoding));
}

/**
 * The specification as it is drawn: its `data.name` filled by the caller's rows, URLs left out, times read as the
 * wall clock of the data, the width given by the page. What the author wrote about size stays.
 */
export function prepare(
  spec: JsonObject,
  options: { readonly names: readonly string[]; readonly width: number }
): JsonObject {
  const clean = withoutUrls(inUtc(spec)) as JsonObject;
  const main = options.names[0];
  const data = clean['data'];
  const named = isObject(data) && (typeof data['name'] === 'string' || 'values' in data);
  const base: JsonObject = named || main === undefined ? clean : { ...clean, data: { name: main } };
  if (!isSingle(base)) return base;
  return {
    ...base,
    width: typeof base['width'] === 'number' ? base['width'] : options.width,
    autosize: { type: 'fit', contains: 'padding', resize: true }
  };
}

/** Whether the author left the width to the page. */
export function followsWidth(spec: JsonObject): boolean {
  return isSingle(spec) && typeof spec['width'] !== 'number' && !isObject(spec['width']);
}

/** The relations a specification names, in the order they appear. */
export function dataNames(spec: Json): string[] {
  const names = new Set<string>();
  walk(spec, (object) => {
    const data = object['data'];
    if (isObject(data) && typeof data['name'] === 'string' && !('values' in data))
      names.add(data['name']);
    const from = object['from'];
    if (isObject(from) && isObject(from['data']) && typeof from['data']['name'] === 'string') {
      names.add(from['data']['name']);
    }
  });
  return [...names];
}

/**
 * Dates of the data are wall clock times kept as UTC. Vega-Lite reads them in the reader's time zone unless every
 * temporal scale and time unit says otherwise; this says it.
 */
export function inUtc(spec: Json): Json {
  return map(spec, (object) => {
    let out: JsonObject = object;
    const unit = object['timeUnit'];
    if (typeof unit === 'string' && !unit.startsWith('utc') && !unit.startsWith('binned')) {
      out = { ...out, timeUnit: `utc${unit}` };
    } else if (isObject(unit) && typeof unit['unit'] === 'string') {
      out = { ...out, timeUnit: { ...unit, utc: true } };
    }
    if (object['type'] === 'temporal' && 'field' in object && object['scale'] !== null) {
      const scale = isObject(object['scale']) ? object['scale'] : {};
      if (!('type' in scale)) out = { ...out, scale: { ...scale, type: 'utc' } };
    }
    return out;
  });
}

/** Nothing is fetched: `url` of data and images is taken out, and with it the temptation. */
function withoutUrls(spec: Json): Json {
  return map(spec, (object) => {
    if (!('url' in object)) return object;
    const { url: _url, ...rest } = object;
    return rest;
  });
}

function map(value: Json, change: (object: JsonObject) => JsonObject): Json {
  if (Array.isArray(value)) return value.map((item: Json) => map(item, change));
  if (!isObject(value)) return value;
  const inner: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    inner[key] = key === 'values' || key === 'datasets' ? item : map(item, change);
  }
  return change(inner);
}

function walk(value: Json, visit: (object: JsonObject) => void): void {
  if (Array.isArray(value)) value.forEach((item: Json) => walk(item, visit));
  else if (isObject(value)) {
    visit(value);
    for (const [key, item] of Object.entries(value)) if (key !== 'values') walk(item, visit);
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a chart shows, in one sentence for a screen reader: its title, its mark and its fields. */
export function describe(spec: JsonObject): string {
  const title = spec['title'];
  const words = typeof title === 'string' ? title : isObject(title) ? title['text'] : undefined;
  const description = spec['description'];
  const fields = new Set<string>();
  walk(spec, (object) => {
    const encoding = object['encoding'];
    if (!isObject(encoding)) return;
    for (const channel of Object.values(encoding)) {
      if (isObject(channel) && typeof channel['field'] === 'string') fields.add(channel['field']);
    }
  });
  const mark = isObject(spec['mark']) ? spec['mark']['type'] : spec['mark'];
  return [
    typeof words === 'string' ? words : '',
    typeof description === 'string' ? description : '',
    typeof mark === 'string' ? mark : '',
    [...fields].join(', ')
  ]
    .filter(Boolean)
    .join('. ');
}
