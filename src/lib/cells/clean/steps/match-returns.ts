import * as v from 'valibot';
import { column, duration } from '../../core/fields.ts';
import { ident } from '../../core/sql.ts';
import { fieldOf, numericField, typedField } from '../fields.ts';
import { defineStep } from '../step.ts';

/**
 * Pairs each return (negative quantity) with the nearest earlier sale of the same customer and product of
 * exactly that quantity that no other return has taken, and drops both rows. What cannot be paired stays.
 *
 * Sales and returns of one quantity are read as brackets in time: a sale opens, a return closes. Brackets
 * of equal depth that follow each other are a pair, so that one window pass finds the one-to-one matching.
 * At the same time a sale comes before a return. Rows with a missing key, time or quantity take no part.
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
    )
  }),
  full: (value) => value,
  action: ({ sku, quantity }) => `match_returns ${sku} ${quantity}`,
  compile({ sku, quantity, time, customer, order, within }, input) {
    const amount = numericField(input, quantity, 'match_returns');
    const at = ident(typedField(input, time, 'match_returns', ['date', 'timestamp']).name);
    const key = [sku, ...(customer === undefined ? [] : [customer])].map((n) =>
      ident(fieldOf(input, n).name)
    );
    const orderId = order === undefined ? 'NULL' : ident(fieldOf(input, order).name);
    const q = ident(amount.name);
    const known = [...key, at, q].map((name) => `${name} IS NOT NULL`).join(' AND ');
    const sequence = `${at}, ${q} < 0, ${input.row}`;
    const group = [...key, `abs(${q})`].join(', ');
    const depth = `sum(CASE WHEN ${q} > 0 THEN 1 ELSE -1 END) OVER (PARTITION BY ${group} ORDER BY ${sequence} ROWS UNBOUNDED PRECEDING)`;
    const brackets = `SELECT *, abs(${q}) AS "#size", ${depth} + CASE WHEN ${q} < 0 THEN 1 ELSE 0 END AS "#depth" FROM ${input.from} WHERE ${known} AND ${q} <> 0`;
    const before = `OVER (PARTITION BY ${[...key, '"#size"', '"#depth"'].join(', ')} ORDER BY ${sequence})`;
    const lags = [
      `lag(${input.row}) ${before} AS "#sale"`,
      `lag(${q}) ${before} AS "#sold"`,
      `lag(${at}) ${before} AS "#when"`,
      `lag(${orderId}) ${before} AS "#order"`
    ];
    const conditions = [
      `${q} < 0`,
      '"#sold" > 0',
      ...(order === undefined ? [] : [`${orderId} IS DISTINCT FROM "#order"`]),
      ...(within === undefined
        ? []
        : [
            `epoch_ms(CAST(${at} AS TIMESTAMP)) - epoch_ms(CAST("#when" AS TIMESTAMP)) <= ${within}`
          ])
    ];
    const pairs = `SELECT unnest([${input.row}, "#sale"]) AS r FROM (SELECT *, ${lags.join(', ')} FROM (${brackets})) WHERE ${conditions.join(' AND ')}`;
    return {
      select: `SELECT t.* FROM ${input.from} AS t ANTI JOIN (${pairs}) AS p ON t.${input.row} = p.r`,
      alters: []
    };
  }
});
