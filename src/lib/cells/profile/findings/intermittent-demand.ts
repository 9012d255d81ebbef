import { formatInteger, formatNumber, formatPercent } from '#lib/base/format.ts';
import { ident } from '../../core/sql.ts';
import { readingOf } from '../columns.ts';
import { count, figure, rowOf, word } from '../rows.ts';
import type { Detector } from './detector.ts';

const day = 86_400_000;

/**
 * Demand that comes now and then (Syntetos and Boylan 2005): for each product the average interval between periods
 * with demand, ADI = periods / periods with demand, and the squared coefficient of variation of the demand in them,
 * CV². ADI ≥ 1.32 is intermittent where CV² < 0.49 and lumpy else; below it CV² ≥ 0.49 is erratic, the rest smooth.
 * A period is a month in tables of three years and more, a week from half a year on, else a day; the periods of a
 * product run from its first to the table's last. Told where a fifth of the products are intermittent or lumpy.
 * Nothing is to be mended: it says which models fit.
 */
const detect: Detector = async ({ roles, info }, { sql }) => {
  const { sku, quantity, time } = roles;
  if (!sku || !quantity || !time || time.least === null || time.greatest === null) return [];
  const span = time.greatest - time.least;
  const unit = span >= 1095 * day ? 'month' : span >= 180 * day ? 'week' : 'day';
  const periods = unit === 'month' ? span / (30.4 * day) : span / (unit === 'week' ? 7 * day : day);
  if (periods < 12 || sku.distinct < 5) return [];
  const [k, q, t] = [ident(sku.column), readingOf(quantity.field).present, ident(time.column)];
  const at = `date_trunc('${unit}', CAST(${t} AS TIMESTAMP))`;
  const demand = `SELECT ${k} AS k, ${at} AS p, sum(CAST(${q} AS DOUBLE)) AS d FROM ${ident(info.name)} WHERE ${t} IS NOT NULL AND ${k} IS NOT NULL GROUP BY ALL`;
  const last = `(SELECT date_trunc('${unit}', CAST(max(${t}) AS TIMESTAMP)) FROM ${ident(info.name)})`;
  const each = `SELECT k, (date_diff('${unit}', min(p), ${last}) + 1) / nullif(count(*) FILTER (WHERE d > 0), 0) AS adi, var_samp(d) FILTER (WHERE d > 0) / pow(avg(d) FILTER (WHERE d > 0), 2) AS cv2 FROM (${demand}) GROUP BY k`;
  const seldom = 'adi >= 1.32';
  const row = await rowOf(
    sql,
    `SELECT count(*) AS n, count(*) FILTER (WHERE ${seldom} AND coalesce(cv2, 0) < 0.49) AS intermittent, count(*) FILTER (WHERE ${seldom} AND cv2 >= 0.49) AS lumpy, count(*) FILTER (WHERE adi < 1.32 AND cv2 >= 0.49) AS erratic, median(adi) FILTER (WHERE isfinite(adi)) AS middle, CAST(arg_max(k, adi) FILTER (WHERE isfinite(adi)) AS VARCHAR) AS example, max(adi) FILTER (WHERE isfinite(adi)) AS most FROM (${each}) WHERE adi IS NOT NULL`
  );
  const [n, intermittent, lumpy] = [
    count(row, 'n'),
    count(row, 'intermittent'),
    count(row, 'lumpy')
  ];
  if (n < 5 || (intermittent + lumpy) / n < 0.2) return [];
  const seldomWords = formatPercent((intermittent + lumpy) / n, 'en', 0);
  return [
    {
      finding: 'intermittent-demand',
      severity: 'note',
      column: quantity.column,
      rows: intermittent + lumpy,
      value: null,
      example: `${word(row, 'example') ?? ''}: demand in one of ${formatNumber(figure(row, 'most') ?? 0, 'en', 1)} ${unit}s`,
      detail: `By ${unit}, ${seldomWords} of ${formatInteger(n)} products sell only now and then: ${formatInteger(intermittent)} intermittent, ${formatInteger(lumpy)} lumpy (${formatInteger(count(row, 'erratic'))} more are erratic). Forecast these with croston, sba, tsb or adida, judged by MASE; a median of zero makes WAPE misleading.`,
      steps: [],
      show: `SELECT k AS ${k}, round(adi, 2) AS adi, round(cv2, 2) AS cv2, CASE WHEN coalesce(cv2, 0) < 0.49 THEN 'intermittent' ELSE 'lumpy' END AS class FROM (${each}) WHERE ${seldom} ORDER BY adi DESC`
    }
  ];
};

export default detect;
