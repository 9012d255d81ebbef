import type { Field } from '#lib/base/columns.ts';
import { ident, quote } from '../core/sql.ts';
import { isMap, type Json, type JsonMap } from './walk.ts';

/** Vega-Lite's aggregates in SQL, and the aggregate that leaves the finished figure as it is. */
const operations: Readonly<
  Record<string, { sql: (x: string) => string; then: 'sum' | 'min' | 'max' | 'mean' }>
> = {
  count: { sql: () => 'count(*)', then: 'sum' },
  sum: { sql: (x) => `sum(${x})`, then: 'sum' },
  valid: { sql: (x) => `count(${x})`, then: 'sum' },
  missing: { sql: (x) => `count(*) - count(${x})`, then: 'sum' },
  min: { sql: (x) => `min(${x})`, then: 'min' },
  max: { sql: (x) => `max(${x})`, then: 'max' },
  mean: { sql: (x) => `avg(${x})`, then: 'mean' },
  average: { sql: (x) => `avg(${x})`, then: 'mean' },
  median: { sql: (x) => `median(${x})`, then: 'mean' },
  distinct: { sql: (x) => `count(DISTINCT ${x})`, then: 'mean' },
  stdev: { sql: (x) => `stddev_samp(${x})`, then: 'mean' },
  variance: { sql: (x) => `var_samp(${x})`, then: 'mean' },
  q1: { sql: (x) => `quantile_cont(${x}, 0.25)`, then: 'mean' },
  q3: { sql: (x) => `quantile_cont(${x}, 0.75)`, then: 'mean' }
};

const truncations: Readonly<Record<string, string>> = {
  year: 'year',
  yearquarter: 'quarter',
  yearmonth: 'month',
  yearmonthdate: 'day',
  yearmonthdatehours: 'hour',
  yearmonthdatehoursminutes: 'minute'
};

/**
 * A single view whose encodings aggregate, with the aggregates taken in SQL: the specification then reads one
 * row per group. Classes (`bin`) and cyclic time units group by the exact value first, which only sums, counts,
 * least and greatest values survive. null where the chart needs the rows themselves.
 */
export function aggregated(
  spec: JsonMap,
  relation: string,
  fields: readonly Field[]
): { readonly spec: JsonMap; readonly sql: string } | null {
  const encoding = spec['encoding'];
  const composed = [
    'layer',
    'concat',
    'hconcat',
    'vconcat',
    'repeat',
    'facet',
    'spec',
    'transform',
    'params'
  ];
  if (!isMap(encoding) || composed.some((key) => spec[key] !== undefined)) return null;
  const plan = new Plan(fields);
  const channels: Record<string, Json> = {};
  for (const [channel, definition] of Object.entries(encoding)) {
    const lists = Array.isArray(definition);
    const written = (lists ? definition : [definition]) as readonly Json[];
    const rewritten = written.map((d) => plan.channel(d));
    if (rewritten.some((d) => d === undefined)) return null;
    channels[channel] = lists ? (rewritten as Json[]) : rewritten[0]!;
  }
  const sql = plan.sql(relation);
  return sql === null ? null : { spec: { ...spec, encoding: channels }, sql };
}

class Plan {
  readonly #fields: readonly Field[];
  readonly #groups = new Map<string, string>();
  readonly #figures = new Map<string, string>();
  #coarser = false;
  #exact = false;

  constructor(fields: readonly Field[]) {
    this.#fields = fields;
  }

  /** The channel as it reads the grouped rows; undefined if it cannot. */
  channel(definition: Json): Json | undefined {
    if (!isMap(definition)) return definition;
    if (usesRows(definition['condition']) || isMap(definition['sort'])) return undefined;
    const { aggregate, field } = definition;
    if (aggregate !== undefined) return this.#figure(definition, aggregate);
    if (field === undefined) return definition;
    if (typeof field !== 'string') return undefined;
    const known = this.#fields.find((f) => f.name === field);
    if (!known) return undefined;
    const expression = this.#group(definition, known);
    if ((this.#groups.get(field) ?? expression) !== expression) return undefined;
    this.#groups.set(field, expression);
    return definition;
  }

  #group(definition: JsonMap, field: Field): string {
    const { timeUnit, bin } = definition;
    if (timeUnit === undefined && (bin === undefined || bin === false || bin === null))
      return ident(field.name);
    const unit =
      typeof timeUnit === 'string' ? truncations[timeUnit.replace(/^utc/, '')] : undefined;
    if (unit !== undefined && (field.type === 'date' || field.type === 'timestamp'))
      return `date_trunc(${quote(unit)}, ${ident(field.name)})`;
    this.#coarser = true;
    return ident(field.name);
  }

  #figure(definition: JsonMap, aggregate: Json): Json | undefined {
    const operation = typeof aggregate === 'string' ? operations[aggregate] : undefined;
    const field = definition['field'];
    const known = this.#fields.find((f) => f.name === field);
    if (!operation || definition['bin'] !== undefined || definition['timeUnit'] !== undefined)
      return undefined;
    if (aggregate !== 'count' && !known) return undefined;
    if (operation.then === 'mean') this.#exact = true;
    const of = aggregate === 'count' ? 'rows' : known!.name.replace(/[^\p{L}\p{N}_ ]/gu, '_');
    const name = `${aggregate as string} of ${of}`;
    const timed = known?.type === 'date' || known?.type === 'timestamp';
    const figure = operation.sql(ident(known?.name ?? ''));
    this.#figures.set(
      name,
      timed && (aggregate === 'min' || aggregate === 'max') ? figure : `CAST(${figure} AS DOUBLE)`
    );
    const titled = ['title', 'axis', 'legend', 'header'].some((key) => {
      const part = definition[key];
      return key === 'title' ? part !== undefined : isMap(part) && part['title'] !== undefined;
    });
    const title = titleOf(aggregate as string, known?.name ?? '');
    return { ...definition, aggregate: operation.then, field: name, ...(titled ? {} : { title }) };
  }

  sql(relation: string): string | null {
    if (this.#figures.size === 0 || (this.#coarser && this.#exact)) return null;
    const list = [...this.#groups, ...this.#figures].map(
      ([name, sql]) => `${sql} AS ${ident(name)}`
    );
    const group = [...this.#groups.keys()].map((_, i) => i + 1);
    const by = group.length > 0 ? ` GROUP BY ${group.join(', ')} ORDER BY ${group.join(', ')}` : '';
    return `SELECT ${list.join(', ')} FROM ${ident(relation)}${by}`;
  }
}

function usesRows(condition: Json | undefined): boolean {
  return condition !== undefined && /"(field|test|expr|aggregate)"/.test(JSON.stringify(condition));
}

/** What Vega-Lite would have written along the axis. */
function titleOf(aggregate: string, field: string): string {
  if (aggregate === 'count') return 'Count of Records';
  return `${aggregate[0]!.toUpperCase()}${aggregate.slice(1)} of ${field}`;
}
