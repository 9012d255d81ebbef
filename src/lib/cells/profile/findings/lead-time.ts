import { formatInteger, formatNumber } from '#lib/base/format.ts';
import { ident } from '../../core/sql.ts';
import { isTimed } from '../columns.ts';
import type { Finding } from '../index.ts';
import type { ColumnFacts } from '../measure.ts';
import { plainName } from '../roles.ts';
import { count, figure, rowOf } from '../rows.ts';
import type { Detector, Facts } from './detector.ts';

const starts = /(order|purchase|created|placed|requested|tovendor|dispatch|shipp?ed|shipdate)/;
const ends = /(deliver|received|receipt|arriv|shipp?ed|shipdate|goodsin)/;
const promises = /(promis|schedul|expect|due|plan|required|eta)/;
const recorded = /(record|entered|updated)/;

/**
 * Lead times that cannot be or that stand far out: the days from an order (else from the promise) to the delivery,
 * both told by name and by holding dates. A delivery before its order is an error in a date; a lead time beyond
 * median ± 3 · 1.4826 · MAD, at least 30 days off, is an outlier. Needs twenty rows with both dates. Deliveries
 * before a promise are early, not wrong.
 */
const detect: Detector = async (facts, { sql }) => {
  const pair = pairOf(facts);
  if (!pair) return [];
  const { from, to, promised } = pair;
  const days = `date_diff('day', CAST(${ident(from.column)} AS DATE), CAST(${ident(to.column)} AS DATE))`;
  const source = `SELECT *, CAST(${days} AS DOUBLE) AS "#days" FROM ${ident(facts.info.name)}`;
  const row = await rowOf(
    sql,
    `SELECT count("#days") AS n, median("#days") AS m, mad("#days") AS d, min("#days") AS least, max("#days") AS most, count(*) FILTER (WHERE "#days" < 0) AS back FROM (${source})`
  );
  const n = count(row, 'n');
  if (n < 20) return [];
  const back = count(row, 'back');
  const found: Finding[] = [];
  const [a, b] = [ident(from.column), ident(to.column)];
  if (back > 0 && !promised) {
    found.push({
      finding: 'lead-time',
      severity: 'severe',
      column: to.column,
      rows: back,
      value: null,
      example: `${formatNumber(figure(row, 'least') ?? 0)} days`,
      detail: `${formatInteger(back)} ${back === 1 ? 'row is' : 'rows are'} delivered before ${from.column}: one of the dates is wrong.`,
      steps: [{ filter: `${a} IS NULL OR ${b} IS NULL OR ${b} >= ${a}` }],
      show: `SELECT * FROM ${ident(facts.info.name)} WHERE ${b} < ${a}`
    });
  }
  const far = Math.max(30, 3 * 1.4826 * (figure(row, 'd') ?? 0));
  const middle = figure(row, 'm') ?? 0;
  const outside = `abs("#days" - ${middle}::DOUBLE) > ${far}::DOUBLE`;
  const out = count(
    await rowOf(sql, `SELECT count(*) FILTER (WHERE ${outside}) AS n FROM (${source})`),
    'n'
  );
  if (out > 0 && out / n <= 0.2) {
    const name = promised ? 'days_late' : 'lead_time_days';
    found.push({
      finding: 'lead-time',
      severity: 'moderate',
      column: to.column,
      rows: out,
      value: null,
      example: `${formatNumber(figure(row, 'least') ?? 0)} to ${formatNumber(figure(row, 'most') ?? 0)} days, median ${formatNumber(middle)}`,
      detail: `From ${from.column} to ${to.column}, ${formatInteger(out)} of ${formatInteger(n)} lead times lie more than ${formatNumber(far, 'en', 0)} days from the median: safety stock follows such tails.`,
      steps: [
        { derive: { [name]: days } },
        { outliers: { column: name, method: 'mad', threshold: 3, action: 'flag' } }
      ],
      show: `SELECT * EXCLUDE ("#days"), CAST("#days" AS BIGINT) AS ${name} FROM (${source}) WHERE ${outside} ORDER BY abs("#days" - ${middle}::DOUBLE) DESC`
    });
  }
  return found;
};

export default detect;

function pairOf({
  columns
}: Facts): { from: ColumnFacts; to: ColumnFacts; promised: boolean } | null {
  const dated = columns.filter((c) => isTimed(c.field) && c.missing < c.rows);
  const named = (pattern: RegExp) => (c: ColumnFacts) => pattern.test(plainName(c.column));
  const real = dated.filter((c) => !named(promises)(c));
  const delivered = real.filter(named(ends));
  const to = delivered.find((c) => !named(recorded)(c)) ?? delivered[0];
  if (!to) return null;
  const ordered = real.find(
    (c) => c !== to && named(starts)(c) && !named(/deliver|receiv|arriv/)(c)
  );
  if (ordered) return { from: ordered, to, promised: false };
  const promise = dated.find((c) => c !== to && named(promises)(c));
  return promise ? { from: promise, to, promised: true } : null;
}
