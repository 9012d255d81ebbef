import * as v from 'valibot';
import type { Field } from '#lib/base/columns.ts';
import { boolean, column, duration } from '../../core/fields.ts';
import { ident } from '../../core/sql.ts';
import { fieldOf, numericField, typedField } from '../fields.ts';
import { defineStep, type StepInput } from '../step.ts';

/**
 * Takes returns (negative quantities) off the sales that they undo, within the same product and customer.
 *
 * 1. Exact pairs: each return takes the nearest earlier sale of exactly its quantity that no other return has taken;
 *    both rows go. Sales and returns of one quantity are read as brackets in time, a sale opens, a return closes;
 *    brackets of equal depth that follow each other are a pair, so one window pass finds the matching.
 * 2. Parts: what is left is taken unit by unit, the latest open sale first, over as many sales as it needs. The
 *    running sum of quantities is the height of a stack of open units: a return takes the units between its heights
 *    after and before, those above the lowest height since `within` ago; a sale loses the units above the lowest
 *    height until `within` later. So the matched units of sales and returns are equal, without a search.
 *
 * Rows whose quantity comes to nothing go, others keep what is left. At the same time a sale comes before a return.
 * Rows with a missing key, time or quantity take no part, nor does a return whose order sells the product too.
 * O(n log n). Times count in milliseconds; fractions of units to a millionth.
 */
export default defineStep({
  name: 'match_returns',
  schema: v.object({
    sku: column({ label: 'Product', help: 'The product of a row' }),
    quantity: column({ label: 'Quantity', help: 'Units sold; negative for a return' }),
    time: column({ label: 'Time', help: 'When it was sold or returned' }),
    customer: v.optional(
      column({ label: 'Customer', help: 'Who bought and returned', fallback: 'anyone' })
    ),
    order: v.optional(
      column({
        label: 'Order',
        help: 'The order number; a return has another one than its sale',
        fallback: 'not compared'
      })
    ),
    within: v.optional(
      duration({
        label: 'Within',
        help: 'The longest time from sale to return',
        fallback: 'any time'
      })
    ),
    partial: v.optional(
      boolean({
        label: 'Partial',
        help: 'Also take returns of another size off the latest sales; false: exact pairs alone',
        fallback: 'true'
      }),
      'true'
    )
  }),
  full: (value) => value,
  action: ({ sku, quantity }) => `match_returns ${sku} ${quantity}`,
  compile({ sku, quantity, time, customer, order, within, partial }, input) {
    const amount = numericField(input, quantity, 'match_returns');
    const at = ident(typedField(input, time, 'match_returns', ['date', 'timestamp']).name);
    const key = [sku, ...(customer === undefined ? [] : [customer])].map((n) =>
      ident(fieldOf(input, n).name)
    );
    const parts: Parts = {
      input,
      q: ident(amount.name),
      at,
      key,
      order: order === undefined ? null : ident(fieldOf(input, order).name),
      within: within ?? null
    };
    const paired = exactPairs(parts);
    if (!partial)
      return {
        select: `SELECT t.* FROM ${input.from} AS t ANTI JOIN (${paired}) AS p ON t.${input.row} = p.r`,
        alters: []
      };
    const open = `SELECT t.* FROM ${input.from} AS t ANTI JOIN (${paired}) AS p ON t.${input.row} = p.r`;
    const taken = unitsTaken(parts, open, amount);
    const type = amount.sqlType ?? (amount.type === 'integer' ? 'BIGINT' : 'DOUBLE');
    const left = `CAST(${exact('t.' + parts.q, amount)} - sign(t.${parts.q}) * coalesce(u.units, 0) AS ${type})`;
    const changed = `CASE WHEN u.units IS NULL THEN t.${parts.q} ELSE ${left} END`;
    return {
      select: `SELECT t.* REPLACE (${changed} AS ${parts.q}) FROM (${open}) AS t LEFT JOIN (${taken}) AS u ON t.${input.row} = u.r WHERE u.units IS NULL OR u.units < abs(${exact('t.' + parts.q, amount)})`,
      alters: [amount.name]
    };
  }
});

interface Parts {
  readonly input: StepInput;
  readonly q: string;
  readonly at: string;
  readonly key: readonly string[];
  readonly order: string | null;
  readonly within: number | null;
}

/** Quantities that add up without rounding. */
function exact(q: string, field: Field): string {
  return field.type === 'integer' ? q : `CAST(${q} AS DECIMAL(28, 6))`;
}

/** The rows (`r`) of exact pairs. */
function exactPairs({ input, q, at, key, order, within }: Parts): string {
  const known = knownRows({ q, at, key });
  const sequence = `${at}, ${q} < 0, ${input.row}`;
  const group = [...key, `abs(${q})`].join(', ');
  const depth = `sum(CASE WHEN ${q} > 0 THEN 1 ELSE -1 END) OVER (PARTITION BY ${group} ORDER BY ${sequence} ROWS UNBOUNDED PRECEDING)`;
  const brackets = `SELECT *, abs(${q}) AS "#size", ${depth} + CASE WHEN ${q} < 0 THEN 1 ELSE 0 END AS "#depth" FROM ${input.from} WHERE ${known} AND ${q} <> 0`;
  const before = `OVER (PARTITION BY ${[...key, '"#size"', '"#depth"'].join(', ')} ORDER BY ${sequence})`;
  const lags = [
    `lag(${input.row}) ${before} AS "#sale"`,
    `lag(${q}) ${before} AS "#sold"`,
    `lag(${at}) ${before} AS "#when"`,
    `lag(${order ?? 'NULL'}) ${before} AS "#order"`
  ];
  const conditions = [
    `${q} < 0`,
    '"#sold" > 0',
    ...(order === null ? [] : [`${order} IS DISTINCT FROM "#order"`]),
    ...(within === null ? [] : [`${ms(at)} - ${ms('"#when"')} <= ${within}`])
  ];
  return `SELECT unnest([${input.row}, "#sale"]) AS r FROM (SELECT *, ${lags.join(', ')} FROM (${brackets})) WHERE ${conditions.join(' AND ')}`;
}

/** How many units (`units`, above 0) of a row (`r`) of `open` are matched, by heights of the stack of open units. */
function unitsTaken(
  { input, q, at, key, order, within }: Parts,
  open: string,
  field: Field
): string {
  const keys = key.join(', ');
  const own = order === null ? '' : ` AND NOT (${q} < 0 AND ${order} IS NOT NULL AND "#sold" > 0)`;
  const sold =
    order === null
      ? ''
      : `, count(*) FILTER (WHERE ${q} > 0) OVER (PARTITION BY ${keys}, ${order}) AS "#sold"`;
  const returned = `count(*) FILTER (WHERE ${q} < 0) OVER (PARTITION BY ${keys}) > 0`;
  const rows = `SELECT *${sold} FROM (${open}) WHERE ${knownRows({ q, at, key })} AND ${q} <> 0 QUALIFY ${returned}`;
  const tie = `row_number() OVER (PARTITION BY ${keys}, ${at} ORDER BY ${q} < 0, ${input.row})`;
  // Milliseconds and the place among rows of the same time in one number, so that a frame of time keeps the sequence.
  const placed = `SELECT ${input.row} AS r, ${keys}, ${exact(q, field)} AS q, CAST(${ms(at)} AS BIGINT) * 2097152 + ${tie} AS place FROM (${rows}) WHERE true${own}`;
  const height = `sum(q) OVER (PARTITION BY ${keys} ORDER BY place ROWS UNBOUNDED PRECEDING)`;
  const heights = `SELECT *, ${height} AS after, ${height} - q AS before FROM (${placed})`;
  const far = within === null ? 'UNBOUNDED' : String(within * 2_097_152 + 1_048_576);
  const frame = (from: string, to: string) =>
    `OVER (PARTITION BY ${keys} ORDER BY place RANGE BETWEEN ${from} AND ${to})`;
  const floor = `min(before) ${frame(`${far} PRECEDING`, 'CURRENT ROW')}`;
  const lowest = `min(after) ${frame('CURRENT ROW', `${far} FOLLOWING`)}`;
  const units = `CASE WHEN q < 0 THEN before - greatest(after, ${floor}) ELSE after - greatest(before, ${lowest}) END`;
  return `SELECT r, units FROM (SELECT r, ${units} AS units FROM (${heights})) WHERE units > 0`;
}

function knownRows({ q, at, key }: Pick<Parts, 'q' | 'at' | 'key'>): string {
  return [...key, at, q].map((name) => `${name} IS NOT NULL`).join(' AND ');
}

function ms(time: string): string {
  return `epoch_ms(CAST(${time} AS TIMESTAMP))`;
}
