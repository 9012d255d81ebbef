/**
 * Which tables and columns a Vega-Lite specification reads. A view inherits the data of the views around it;
 * columns that transforms make are told apart from columns of the table.
 */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Path = readonly (string | number)[];
export type JsonMap = { readonly [key: string]: Json };

/** A column used in the drawing of a relation. */
export interface FieldUse {
  readonly relation: string;
  readonly field: string;
  readonly path: Path;
}

export interface SpecReading {
  /** Relations named by `data.name`, in order of appearance, without those the specification brings itself. */
  readonly relations: readonly string[];
  readonly uses: readonly FieldUse[];
  /** Relations of which any column may be used, as after a pivot. */
  readonly opaque: ReadonlySet<string>;
  /** Addresses that would be loaded. */
  readonly urls: readonly { readonly where: string; readonly path: Path }[];
  /** Whether there is any data at all. */
  readonly hasData: boolean;
}

export function readSpec(spec: JsonMap): SpecReading {
  const reader = new Reader(isMap(spec['datasets']) ? Object.keys(spec['datasets']) : []);
  reader.view(spec, [], { relation: null, made: new Set() });
  return reader;
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

interface Scope {
  readonly relation: string | null;
  readonly made: ReadonlySet<string>;
}

class Reader implements SpecReading {
  readonly relations: string[] = [];
  readonly uses: FieldUse[] = [];
  readonly opaque = new Set<string>();
  readonly urls: { where: string; path: Path }[] = [];
  hasData = false;
  readonly #own: ReadonlySet<string>;

  constructor(own: readonly string[]) {
    this.#own = new Set(own);
  }

  view(spec: JsonMap, path: Path, around: Scope): void {
    const data = spec['data'];
    let scope: Scope =
      data === undefined
        ? around
        : { relation: this.#data(data, [...path, 'data']), made: new Set() };
    for (const [i, step] of (isList(spec['transform']) ? spec['transform'] : []).entries()) {
      if (isMap(step)) scope = this.#transform(step, [...path, 'transform', i], scope);
    }
    const repeated = this.#repeat(spec['repeat'], [...path, 'repeat'], scope);
    for (const key of ['encoding', 'mark', 'facet', 'params'] as const) {
      const part = spec[key];
      if (part !== undefined) this.#fields(part, [...path, key], scope);
    }
    this.#image(spec, path);
    for (const key of ['layer', 'concat', 'hconcat', 'vconcat'] as const) {
      for (const [i, child] of (isList(spec[key]) ? spec[key] : []).entries()) {
        if (isMap(child)) this.view(child, [...path, key, i], scope);
      }
    }
    if (isMap(spec['spec'])) this.view(spec['spec'], [...path, 'spec'], repeated);
  }

  /** The relation that a data source names; null for data of the specification's own. */
  #data(data: Json, path: Path): string | null {
    if (!isMap(data)) return null;
    this.hasData = true;
    if (typeof data['url'] === 'string') this.urls.push({ where: 'Data', path: [...path, 'url'] });
    const name = data['name'];
    if (typeof name !== 'string' || data['values'] !== undefined || this.#own.has(name))
      return null;
    if (!this.relations.includes(name)) this.relations.push(name);
    return name;
  }

  #use(field: string, path: Path, scope: Scope): void {
    const base = baseField(field);
    if (scope.relation === null || scope.made.has(base) || base.startsWith('__')) return;
    this.uses.push({ relation: scope.relation, field: base, path });
  }

  /** Every `field` below a node, and every `datum.x` of its expressions. */
  #fields(node: Json, path: Path, scope: Scope): void {
    if (isList(node)) {
      for (const [i, item] of node.entries()) this.#fields(item, [...path, i], scope);
      return;
    }
    if (!isMap(node)) return;
    for (const [key, value] of Object.entries(node)) {
      const at = [...path, key];
      if (key === 'field' && typeof value === 'string') this.#use(value, at, scope);
      else if (typeof value === 'string' && expressionKeys.has(key))
        for (const field of datumFields(value)) this.#use(field, at, scope);
      else if (key !== 'value' && key !== 'values') this.#fields(value, at, scope);
    }
  }

  #transform(step: JsonMap, path: Path, scope: Scope): Scope {
    const made = new Set(scope.made);
    for (const [key, value] of Object.entries(step)) {
      const at = [...path, key];
      if (key === 'from') this.#lookup(value, at);
      else if (listKeys.has(key)) for (const name of strings(value)) this.#use(name, at, scope);
      else if (key !== 'as' && typeof value === 'string' && !expressionKeys.has(key)) {
        if (nameKeys.has(key)) this.#use(value, at, scope);
      } else if (key !== 'as') this.#fields({ [key]: value }, path, scope);
    }
    for (const name of madeBy(step)) made.add(name);
    if (step['pivot'] !== undefined && scope.relation !== null) {
      this.opaque.add(scope.relation);
      if (typeof step['pivot'] === 'string') this.#use(step['pivot'], [...path, 'pivot'], scope);
    }
    return { ...scope, made };
  }

  #lookup(from: Json, path: Path): void {
    if (!isMap(from)) return;
    const relation = this.#data(from['data'] ?? null, [...path, 'data']);
    const scope: Scope = { relation, made: new Set() };
    for (const key of ['key', 'fields'])
      for (const name of strings(from[key])) this.#use(name, [...path, key], scope);
  }

  /** Columns that are repeated over; inside, the field is a reference and names none. */
  #repeat(repeat: Json | undefined, path: Path, scope: Scope): Scope {
    const lists = isMap(repeat) ? Object.values(repeat) : repeat === undefined ? [] : [repeat];
    for (const list of lists) for (const name of strings(list)) this.#use(name, path, scope);
    return scope;
  }

  #image(spec: JsonMap, path: Path): void {
    const mark = isMap(spec['mark']) ? spec['mark'] : { type: spec['mark'] ?? null };
    if (mark['type'] !== 'image') return;
    const channel = isMap(spec['encoding']) ? spec['encoding']['url'] : undefined;
    const address = isMap(channel) ? channel['value'] : mark['url'];
    if (typeof address === 'string' && address.startsWith('data:image/')) return;
    this.urls.push({
      where: 'A picture',
      path: [...path, channel === undefined ? 'mark' : 'encoding']
    });
  }
}

const expressionKeys = new Set(['expr', 'test', 'calculate', 'filter']);
const listKeys = new Set(['groupby', 'fold', 'flatten']);
const nameKeys = new Set([
  'field',
  'lookup',
  'stack',
  'impute',
  'key',
  'density',
  'regression',
  'loess',
  'on',
  'quantile',
  'extent',
  'value'
]);

function strings(value: Json | undefined): string[] {
  const list = isList(value) ? value : [value];
  return list.filter((item) => typeof item === 'string');
}

/** The columns a transform adds. */
function madeBy(step: JsonMap): string[] {
  const as = strings(step['as']);
  const inner = ['aggregate', 'joinaggregate', 'window'].flatMap((key) =>
    (isList(step[key]) ? step[key] : []).flatMap((item) => (isMap(item) ? strings(item['as']) : []))
  );
  const from = isMap(step['from']) ? strings(step['from']['fields']) : [];
  const defaults =
    as.length > 0
      ? []
      : step['fold'] !== undefined
        ? ['key', 'value']
        : step['density'] !== undefined
          ? ['value', 'density']
          : step['quantile'] !== undefined
            ? ['prob', 'value']
            : [];
  return [...as, ...inner, ...from, ...defaults];
}

function datumFields(expression: string): string[] {
  const matches = expression.matchAll(
    /datum\.([\p{L}_$][\p{L}\p{N}_$]*)|datum\[\s*(['"])(.+?)\2\s*\]/gu
  );
  return [...matches].map((m) => (m[1] ?? m[3])!.replace(/[.[]/g, '\\$&'));
}

/** The column that a field path starts from: `a.b` and `a[0]` read inside `a`, `a\.b` is the column `a.b`. */
function baseField(field: string): string {
  const base = /^(?:\\.|[^.[\\])+/su.exec(field)?.[0] ?? field;
  return base.replace(/\\(.)/gsu, '$1');
}
