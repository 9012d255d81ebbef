import { formatInteger, formatNumber, formatPercent } from '#lib/base/format.ts';
import { nearest } from '#lib/base/nearest.ts';
import type { ColumnShape, Shape } from './shape.ts';

export const driftAspects = [
  'columns',
  'types',
  'rows',
  'missing',
  'ranges',
  'categories'
] as const;
export type DriftAspect = (typeof driftAspects)[number];

/** One thing that is another way than it was. */
export interface Drift {
  readonly aspect: DriftAspect;
  /** The column it is about, under its present name; null for the whole table. */
  readonly column: string | null;
  readonly detail: string;
  /** Values of the column that were not there before. */
  readonly fresh?: readonly string[];
}

/**
 * What changed from one shape of a relation to the next. Columns are matched by name; one that is gone and one that
 * is new are the same column renamed when their names resemble each other and their types agree. Told are: columns
 * added, gone, renamed; types; rows fewer than half or more than twice; missing values up by more than 5 % of the
 * rows; numbers further beyond the former least and greatest than half of their range, or a mean moved by more than
 * one former standard deviation; texts of at most fifty categories: new ones, and ones gone that had 5 % of the
 * rows. Dates move on by nature and are not compared.
 */
export function driftBetween(before: Shape, after: Shape): Drift[] {
  const { pairs, renamed, added, gone } = matched(before, after);
  const columns: Drift[] = [
    ...renamed.map(([a, b]) => tell('columns', b.name, `${a.name} is now called ${b.name}.`)),
    ...added.map((c) => tell('columns', c.name, `${c.name} is new.`)),
    ...gone.map((c) => tell('columns', c.name, `${c.name} is gone.`))
  ];
  const all = [...pairs, ...renamed];
  return [
    ...columns,
    ...all.flatMap(([a, b]) =>
      a.type === b.type || b.missing === 1 || a.missing === 1
        ? []
        : [tell('types', b.name, `${b.name} was ${a.type} and is ${b.type}.`)]
    ),
    ...rowsDrift(before, after),
    ...all.flatMap(([a, b]) =>
      b.missing - a.missing > 0.05
        ? [
            tell(
              'missing',
              b.name,
              `${b.name} is missing in ${formatPercent(b.missing)} of the rows, before in ${formatPercent(a.missing)}.`
            )
          ]
        : []
    ),
    ...all.flatMap(([a, b]) => rangeDrift(a, b)),
    ...all.flatMap(([a, b]) => categoryDrift(a, b))
  ];
}

function tell(aspect: DriftAspect, column: string | null, detail: string): Drift {
  return { aspect, column, detail };
}

type Pair = readonly [ColumnShape, ColumnShape];

function matched(before: Shape, after: Shape) {
  const byName = new Map(before.columns.map((c) => [c.name.toLowerCase(), c]));
  const pairs = after.columns.flatMap((b): Pair[] => {
    const a = byName.get(b.name.toLowerCase());
    return a ? [[a, b]] : [];
  });
  const [known, kept] = [new Set(pairs.map(([a]) => a)), new Set(pairs.map(([, b]) => b))];
  let gone = before.columns.filter((c) => !known.has(c));
  const renamed: Pair[] = [];
  const added: ColumnShape[] = [];
  for (const b of after.columns.filter((c) => !kept.has(c))) {
    const same = gone.filter((a) => a.type === b.type);
    const plain = same.find((a) => plainName(a.name) === plainName(b.name));
    const a =
      plain ??
      same.find(
        (c) =>
          c.name ===
          nearest(
            b.name,
            same.map((s) => s.name)
          )
      );
    if (a) {
      renamed.push([a, b]);
      gone = gone.filter((c) => c !== a);
    } else added.push(b);
  }
  return { pairs, renamed, added, gone };
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function rowsDrift(before: Shape, after: Shape): Drift[] {
  if (after.rows >= before.rows / 2 && after.rows <= before.rows * 2) return [];
  const detail = `There are ${formatInteger(after.rows)} rows, before ${formatInteger(before.rows)}.`;
  return [tell('rows', null, detail)];
}

function rangeDrift(a: ColumnShape, b: ColumnShape): Drift[] {
  const { least, greatest, mean, sd } = a;
  if (least === null || greatest === null || b.least === null || b.greatest === null) return [];
  const slack = (greatest - least) / 2;
  const span = (c: { least: number | null; greatest: number | null }) =>
    `${formatNumber(c.least!)} to ${formatNumber(c.greatest!)}`;
  if (b.least < least - slack || b.greatest > greatest + slack)
    return [tell('ranges', b.name, `${b.name} goes from ${span(b)}, before from ${span(a)}.`)];
  if (mean === null || b.mean === null || sd === null || Math.abs(b.mean - mean) <= sd) return [];
  const means = `${formatNumber(b.mean, 'en', 2)}, before ${formatNumber(mean, 'en', 2)}`;
  return [tell('ranges', b.name, `The mean of ${b.name} is ${means}.`)];
}

function categoryDrift(a: ColumnShape, b: ColumnShape): Drift[] {
  if (a.categories === null || b.categories === null) return [];
  const fresh = Object.keys(b.categories).filter((value) => !Object.hasOwn(a.categories!, value));
  const lost = Object.entries(a.categories)
    .filter(([value, share]) => share >= 0.05 && !Object.hasOwn(b.categories!, value))
    .map(([value]) => value);
  if (fresh.length === 0 && lost.length === 0) return [];
  const said = [
    ...(fresh.length > 0 ? [`new: ${some(fresh)}`] : []),
    ...(lost.length > 0 ? [`gone: ${some(lost)}`] : [])
  ];
  return [{ ...tell('categories', b.name, `Values of ${b.name}, ${said.join('; ')}.`), fresh }];
}

function some(values: readonly string[]): string {
  const more = values.length > 5 ? ` and ${formatInteger(values.length - 5)} more` : '';
  return values.slice(0, 5).join(', ') + more;
}
