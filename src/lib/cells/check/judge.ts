import { valueAt, type Value } from '#lib/base/columns.ts';
import { formatInteger, formatNumber } from '#lib/base/format.ts';
import type { Scalar } from '#lib/base/problem.ts';
import type { RelationInfo, Sql } from '../core/context.ts';
import { likeness } from './likeness.ts';
import { numbers } from './numbers.ts';
import { enclosed, ident } from '../core/sql.ts';
import type { Expectation } from './body.ts';

/** How one expectation came out. `failing` is null where no particular rows are at fault. */
export interface Verdict {
  readonly check: string;
  readonly passed: boolean;
  readonly failing: number | null;
  readonly detail: string;
  /** A condition on the rows that fail, over the source as `s`; absent where no particular rows do. */
  readonly rows?: string;
}

type Of<K extends Expectation['kind']> = Extract<Expectation, { kind: K }>['options'];

/** Asks the table whether `expected` holds: one verdict, or for `like` one for each thing compared. */
export async function judge(
  expected: Expectation,
  source: RelationInfo,
  sql: Sql
): Promise<Verdict[]> {
  const check = expected.options.name ?? wordsOf(expected);
  if (expected.kind === 'like') return likeness(check, expected.options.like, source, sql);
  const verdict = await byKind(expected, source, sql);
  return [{ check, ...verdict }];
}

type Finding = Omit<Verdict, 'check'>;

function byKind(
  expected: Exclude<Expectation, { kind: 'like' }>,
  source: RelationInfo,
  sql: Sql
): Promise<Finding> {
  switch (expected.kind) {
    case 'condition':
      return condition(expected.options, source, sql);
    case 'unique':
      return unique(expected.options, source, sql);
    case 'not_null':
      return notNull(expected.options, source, sql);
    case 'rows':
      return Promise.resolve(rowCount(expected.options, source));
    case 'references':
      return references(expected.options, source, sql);
    case 'value':
      return value(expected.options, source, sql);
  }
}

/** The check in stable words: its name in the relation. */
function wordsOf(expected: Expectation): string {
  switch (expected.kind) {
    case 'condition':
      return expected.options.condition;
    case 'unique':
      return `unique ${expected.options.unique.join(', ')}`;
    case 'not_null':
      return `not_null ${expected.options.not_null.join(', ')}`;
    case 'rows':
      return `rows ${range(expected.options.rows.min, expected.options.rows.max)}`;
    case 'references':
      return `references ${Object.entries(expected.options.references)
        .map(([column, target]) => `${column} in ${target}`)
        .join(', ')}`;
    case 'value': {
      const { value: expression, equals, min, max } = expected.options;
      return equals === undefined
        ? `${expression} ${range(min, max)}`
        : `${expression} = ${String(equals)}`;
    }
    case 'like':
      return `like ${expected.options.like}`;
  }
}

function range(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && min === max) return String(min);
  if (min === undefined) return `at most ${String(max)}`;
  return max === undefined ? `at least ${min}` : `${min} to ${max}`;
}

/** A row fails when the condition is false; a row for which it is missing is not judged. */
async function condition(
  { condition: text }: Of<'condition'>,
  source: RelationInfo,
  sql: Sql
): Promise<Finding> {
  const test = enclosed(text);
  const [failing, unknown] = numbers(
    await sql.query(
      `SELECT count(*) FILTER (WHERE NOT ${test}), count(*) FILTER (WHERE ${test} IS NULL) FROM ${ident(source.name)}`
    )
  );
  return { ...ofRows(failing, source, unknown, 'missing values'), rows: `NOT ${test}` };
}

/** Every row beyond the first of its key fails; rows with a missing key are not judged. */
async function unique(
  { unique: names }: Of<'unique'>,
  source: RelationInfo,
  sql: Sql
): Promise<Finding> {
  const keys = names.map(ident);
  const known = keys.map((key) => `${key} IS NOT NULL`).join(' AND ');
  const [failing, judged] = numbers(
    await sql.query(
      `SELECT sum(n - 1), sum(n) FROM (SELECT count(*) AS n FROM ${ident(source.name)} WHERE ${known} GROUP BY ${keys.join(', ')})`
    )
  );
  const twice = `SELECT ${keys.join(', ')} FROM ${ident(source.name)} WHERE ${known} GROUP BY ${keys.join(', ')} HAVING count(*) > 1`;
  const verdict = ofRows(failing, source, source.rows - judged, 'a missing key');
  return { ...verdict, rows: `(${keys.join(', ')}) IN (${twice})` };
}

async function notNull(
  { not_null: names }: Of<'not_null'>,
  source: RelationInfo,
  sql: Sql
): Promise<Finding> {
  const missing = names.map((name) => `${ident(name)} IS NULL`).join(' OR ');
  const [failing] = numbers(
    await sql.query(`SELECT count(*) FROM ${ident(source.name)} WHERE ${missing}`)
  );
  return { ...ofRows(failing, source), rows: missing };
}

function rowCount({ rows: { min, max } }: Of<'rows'>, source: RelationInfo): Finding {
  const passed = source.rows >= (min ?? 0) && source.rows <= (max ?? Infinity);
  const detail = `The table has ${formatInteger(source.rows)} rows${passed ? '' : `, expected ${range(min, max)}`}.`;
  return { passed, failing: passed ? 0 : null, detail };
}

/** Values are compared by their text where the two columns differ in type. */
async function references(
  { references: pairs }: Of<'references'>,
  source: RelationInfo,
  sql: Sql
): Promise<Finding> {
  const found: string[] = [];
  const orphans: string[] = [];
  for (const [column, target] of Object.entries(pairs)) {
    const dot = target.indexOf('.');
    const other = await sql.describe(target.slice(0, dot));
    const [a, b] = [typeOf(source, column), typeOf(other, target.slice(dot + 1))];
    const text = a !== undefined && b !== undefined && a !== b;
    const as = (name: string) => (text ? `CAST(${name} AS VARCHAR)` : name);
    const orphan = `s.${ident(column)} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${ident(other.name)} AS k WHERE ${as(`k.${ident(target.slice(dot + 1))}`)} = ${as(`s.${ident(column)}`)})`;
    orphans.push(orphan);
    const first = await sql.query(
      `SELECT min(CAST(s.${ident(column)} AS VARCHAR)) AS x FROM ${ident(source.name)} AS s WHERE ${orphan}`
    );
    const example = valueAt(first.vectors[0]!, 0);
    if (example !== null) found.push(`"${show(example)}" of ${column} is not in ${target}`);
  }
  const [failing] = numbers(
    await sql.query(
      `SELECT count(*) FROM ${ident(source.name)} AS s WHERE ${orphans.map((o) => `(${o})`).join(' OR ')}`
    )
  );
  const finding = ofRows(failing, source);
  const examples = found.length > 0 ? ` ${found.join('; ')}.` : '';
  return {
    ...finding,
    detail: finding.detail + examples,
    rows: orphans.map((o) => `(${o})`).join(' OR ')
  };
}

function typeOf(info: RelationInfo, column: string): string | undefined {
  return info.fields.find((f) => f.name.toLowerCase() === column.toLowerCase())?.type;
}

/** Numbers are equal when they differ by no more than the tolerance; anything else by its text. */
async function value(options: Of<'value'>, source: RelationInfo, sql: Sql): Promise<Finding> {
  const { value: expression, equals, tolerance, min, max } = options;
  const result = await sql.query(
    `SELECT x, CAST(x AS VARCHAR) AS shown FROM (SELECT ${enclosed(expression)} AS x FROM ${ident(source.name)}) LIMIT 1`
  );
  const got = result.length === 0 ? null : valueAt(result.vectors[0]!, 0);
  const shown = result.length === 0 ? null : valueAt(result.vectors[1]!, 0);
  const slack = tolerance ?? (typeof equals === 'number' ? Math.abs(equals) * 1e-9 : 0);
  const same = equals === undefined || equal(got, shown, equals, slack);
  const inside =
    (min === undefined && max === undefined) ||
    (typeof got === 'number' && got >= (min ?? -Infinity) && got <= (max ?? Infinity));
  const passed = same && inside;
  const expected = [
    ...(equals === undefined
      ? []
      : [tolerance === undefined ? show(equals) : `${show(equals)} ± ${tolerance}`]),
    ...(min === undefined && max === undefined ? [] : [range(min, max)])
  ].join(' and ');
  const is = typeof got === 'number' ? show(got) : show(shown);
  const detail = `It is ${is}${passed ? '' : `, expected ${expected}`}.`;
  return { passed, failing: passed ? 0 : null, detail };
}

function equal(got: Value, shown: Value, equals: Scalar, slack: number): boolean {
  if (equals === null) return got === null;
  if (typeof equals === 'number') return typeof got === 'number' && Math.abs(got - equals) <= slack;
  return shown === String(equals);
}

function show(x: Value): string {
  if (x === null) return 'missing';
  if (typeof x === 'number') return formatNumber(x);
  return typeof x === 'object' ? JSON.stringify(x) : String(x);
}

function ofRows(failing: number, source: RelationInfo, unjudged = 0, why = ''): Finding {
  const aside = unjudged > 0 ? ` ${formatInteger(unjudged)} are not judged: ${why}.` : '';
  const all = formatInteger(source.rows);
  const detail =
    failing === 0
      ? `All of ${all} rows pass.${aside}`
      : `${formatInteger(failing)} of ${all} rows fail.${aside}`;
  return { passed: failing === 0, failing, detail };
}
