import type { TextOptions } from '#lib/cells/core/loader.ts';
import { quoteName, quoteText } from '#lib/sql/quote.ts';
import type { SqlRelations } from '../relations.ts';
import { countsOf } from './counts.ts';
import type { Plan } from './plans.ts';
import type { ValueKind } from './text-batch.ts';
import { conversion, present, textType, type TextType } from './types.ts';

const sampleRows = 4000;

/** A column of a staged batch whose type is looked for. */
export interface Candidate {
  readonly plan: Plan;
  /** Its name in the stage. */
  readonly column: string;
  /** The type found so far; the new one holds all its values too. */
  readonly current: TextType | null;
  readonly kind?: ValueKind;
}

/** `type` null: no value yet. `ambiguous`: values that two date formats read differently. */
export interface Found {
  readonly type: TextType | null;
  readonly ambiguous: boolean;
}

const basic: readonly TextType[] = [
  { as: 'boolean' },
  { as: 'integer' },
  { as: 'number' },
  { as: 'date', format: null },
  { as: 'timestamp', format: null }
];

const dayFirst = ['%d/%m/%Y', '%d-%m-%Y', '%d/%m/%y', '%d-%m-%y'];
const monthFirst = ['%m/%d/%Y', '%m-%d-%Y', '%m/%d/%y', '%m-%d-%y'];
const plain = [
  '%d.%m.%Y',
  '%Y/%m/%d',
  '%d.%m.%y',
  '%d-%b-%Y',
  '%d-%b-%y',
  '%d %b %Y',
  '%Y年%m月%d日'
];
const clocks = ['', ' %H:%M', ' %H:%M:%S'];

/**
 * The narrowest type of each column: boolean, integer, number, date, timestamp, else text. It is proposed by the
 * first 4,000 rows (by all, where those hold no value); the caller holds it against every value and comes back with
 * `widerTypes` where it does not hold.
 */
export async function proposeTypes(
  relations: SqlRelations,
  stage: string,
  columns: readonly Candidate[],
  options: TextOptions,
  signal: AbortSignal
): Promise<Found[]> {
  const look = new Look(relations, stage, options, signal);
  const found = await look.propose(columns, sampleRows);
  const empty = columns.filter((_, i) => found[i]!.type === null);
  const again = empty.length > 0 ? await look.propose(empty, null) : [];
  return columns.map((column, i) => again[empty.indexOf(column)] ?? found[i]!);
}

/** The narrowest types that hold for every row of the stage and for all that the current types hold. */
export function widerTypes(
  relations: SqlRelations,
  stage: string,
  columns: readonly Candidate[],
  options: TextOptions,
  signal: AbortSignal
): Promise<Found[]> {
  return new Look(relations, stage, options, signal).propose(columns, null);
}

/** Which of the columns have a value in the stage that is not of their type. */
export async function misfits(
  relations: SqlRelations,
  stage: string,
  columns: readonly Candidate[],
  options: TextOptions,
  signal: AbortSignal
): Promise<boolean[]> {
  return new Look(relations, stage, options, signal).misfits(columns);
}

class Look {
  readonly #relations: SqlRelations;
  readonly #stage: string;
  readonly #options: TextOptions;
  readonly #signal: AbortSignal;

  constructor(relations: SqlRelations, stage: string, options: TextOptions, signal: AbortSignal) {
    this.#relations = relations;
    this.#stage = stage;
    this.#options = options;
    this.#signal = signal;
  }

  async misfits(columns: readonly Candidate[]): Promise<boolean[]> {
    const counts = await this.#counts(
      columns.flatMap((column) => [
        this.#value(column),
        column.current === null ? 'NULL' : this.#as(column, column.current)
      ]),
      null
    );
    return columns.map(
      ({ kind, current }, i) => counts[2 * i] !== counts[2 * i + 1] || !allows(kind, current)
    );
  }

  async propose(columns: readonly Candidate[], limit: number | null): Promise<Found[]> {
    const trials = columns.map((column) => this.#basicFor(column));
    const counts = await this.#counts(
      columns.flatMap((column, i) => [
        this.#value(column),
        this.#dateLike(column),
        ...trials[i]!.map((type) => this.#as(column, type))
      ]),
      limit
    );
    let at = 0;
    const found: Found[] = [];
    const dates: number[] = [];
    for (const [i, types] of trials.entries()) {
      const values = counts[at]!;
      const looksLikeDates = counts[at + 1] === values;
      const type = types.find((_, t) => counts[at + 2 + t] === values);
      at += 2 + types.length;
      if (values === 0) found.push({ type: null, ambiguous: false });
      else if (type) found.push({ type, ambiguous: false });
      else {
        found.push({ type: textType, ambiguous: false });
        const column = columns[i]!;
        if (looksLikeDates && column.kind === undefined && column.current === null) dates.push(i);
      }
    }
    for (const i of dates) found[i] = await this.#dateFormat(columns[i]!, limit);
    return found;
  }

  #basicFor({ current, kind }: Candidate): readonly TextType[] {
    const stated = [
      ...(this.#options.dateFormats ?? []).map((format) => ({ as: 'date' as const, format })),
      ...(this.#options.timestampFormats ?? []).map((format) => ({
        as: 'timestamp' as const,
        format
      }))
    ];
    return [...basic, ...stated].filter((type) => allows(kind, type) && contains(type, current));
  }

  async #dateFormat(column: Candidate, limit: number | null): Promise<Found> {
    const formats = [...plain, ...dayFirst, ...monthFirst].flatMap((date) =>
      clocks.map((clock): TextType => ({ as: clock ? 'timestamp' : 'date', format: date + clock }))
    );
    const [values, ...counts] = await this.#counts(
      [this.#value(column), ...formats.map((type) => this.#as(column, type))],
      limit
    );
    const fits = formats.filter((_, i) => counts[i] === values);
    const readings = new Set(fits.map((type) => familyOf(type)));
    if (readings.size > 1) return { type: textType, ambiguous: true };
    return { type: fits[0] ?? textType, ambiguous: false };
  }

  #value({ column }: Candidate): string {
    return present(quoteName(column), this.#options);
  }

  #as(column: Candidate, type: TextType): string {
    return conversion(this.#value(column), type, this.#options, true);
  }

  #dateLike(column: Candidate): string {
    const shape = quoteText('^\\s*\\d{1,4}([./年-]\\d{1,2}[./月-]|[ -][A-Za-z]{3}[ -])\\d{1,4}');
    return `CASE WHEN regexp_matches(${this.#value(column)}, ${shape}) THEN 1 END`;
  }

  #counts(expressions: readonly string[], limit: number | null): Promise<number[]> {
    const from = quoteName(this.#stage);
    const rows = limit === null ? from : `(SELECT * FROM ${from} LIMIT ${limit})`;
    return countsOf(this.#relations, expressions, rows, this.#signal);
  }
}

/** Whether values of the kind that JSON says can be of the type: a text is at most a date. */
export function allows(kind: ValueKind | undefined, type: TextType | null): boolean {
  if (kind === undefined || type === null || type.as === 'text') return true;
  if (kind === 'number') return type.as === 'integer' || type.as === 'number';
  if (kind === 'boolean') return type.as === 'boolean';
  return type.as === 'date' || type.as === 'timestamp';
}

/** Whether every value of the narrow type is one of the wide type. */
export function contains(wide: TextType, narrow: TextType | null): boolean {
  if (narrow === null) return true;
  if (wide.as === 'number') return narrow.as === 'integer' || narrow.as === 'number';
  if (wide.as === 'timestamp' && wide.format === null) {
    return (narrow.as === 'date' || narrow.as === 'timestamp') && narrow.format === null;
  }
  return JSON.stringify(wide) === JSON.stringify(narrow);
}

/** Formats that read the same day from the same text are one family. */
function familyOf(type: TextType): string {
  const format = type.as === 'date' || type.as === 'timestamp' ? (type.format ?? '') : '';
  return format.replace(/%Y/, '%y').replace(/ %H.*/, '').replace(/[/.-]/g, '-');
}
