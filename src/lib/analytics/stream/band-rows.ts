import { columns, text, type Columns, type NumericType, type Vector } from '#lib/base/columns.ts';
import { freeName } from './free-name.ts';
import type { KeyTable } from './keys.ts';
import type { LateEvent } from './open-windows.ts';
import { numberColumn } from './table.ts';
import type { Correction } from './windows.ts';

export interface BandTables {
  /** Rows of windows as they are told and told again; `change` says what a row does to the one with its keys: 0 it is new, 1 it stands in its place, 2 it takes it away. */
  readonly revisions: Columns;
  readonly corrections: Columns;
  readonly late: Columns;
}

export interface BandRowsSnapshot {
  readonly told: readonly Correction[];
  readonly corrections: readonly Correction[];
  readonly late: readonly LateEvent[];
}

/** The column of `BandTables.revisions` that says what becomes of rows. */
export const changeColumn = 'change';

/** Rows of the lateness bands that wait to be handed on: windows told early, their corrections, events too late for any. */
export class BandRows {
  readonly #keys: KeyTable;
  readonly #measures: readonly string[];
  /** What is told for the first time and corrections, in order. */
  #told: Correction[] = [];
  #corrections: Correction[] = [];
  #late: LateEvent[] = [];

  constructor(keys: KeyTable, measures: readonly string[]) {
    this.#keys = keys;
    this.#measures = measures;
  }

  told(start: number, end: number, slot: number, after: readonly number[]): void {
    this.#told.push({ time: Number.NaN, start, end, slot, before: null, after });
  }

  correction(correction: Correction): void {
    this.#told.push(correction);
    this.#corrections.push(correction);
  }

  late(event: LateEvent): void {
    this.#late.push(event);
  }

  /** Everything since the last time. `types` are those of the measures. */
  take(types: readonly NumericType[]): BandTables {
    const tables = {
      revisions: this.#revisionTable(types),
      corrections: this.#correctionTable(types),
      late: this.#lateTable()
    };
    this.#told = [];
    this.#corrections = [];
    this.#late = [];
    return tables;
  }

  snapshot(): BandRowsSnapshot {
    return { told: [...this.#told], corrections: [...this.#corrections], late: [...this.#late] };
  }

  restore({ told, corrections, late }: BandRowsSnapshot): void {
    this.#told = [...told];
    this.#corrections = [...corrections];
    this.#late = [...late];
  }

  #revisionTable(types: readonly NumericType[]): Columns {
    const rows = this.#told;
    return columns({
      window_start: times(rows, (c) => c.start),
      window_end: times(rows, (c) => c.end),
      ...this.#keyed(rows),
      ...Object.fromEntries(
        this.#measures.map((name, m) => [name, figures(rows, (c) => c.after?.[m], types[m]!)])
      ),
      [this.#free(changeColumn)]: numberColumn(
        rows.map(({ before, after }) => (before === null ? 0 : after === null ? 2 : 1)),
        'integer'
      )
    });
  }

  #correctionTable(types: readonly NumericType[]): Columns {
    const rows = this.#corrections;
    const figuresOf = this.#measures.flatMap((name, m): [string, Vector][] => [
      [this.#apart(`${name}_before`), figures(rows, (c) => c.before?.[m], types[m]!)],
      [this.#apart(`${name}_after`), figures(rows, (c) => c.after?.[m], types[m]!)]
    ]);
    return columns({
      [this.#apart('time')]: times(rows, (c) => c.time),
      window_start: times(rows, (c) => c.start),
      window_end: times(rows, (c) => c.end),
      ...this.#keyed(rows),
      [this.#apart(changeColumn)]: text(rows.map(changeOf)),
      ...Object.fromEntries(figuresOf)
    });
  }

  #lateTable(): Columns {
    const rows = this.#late;
    const whole = (of: (event: LateEvent) => number) => numberColumn(rows.map(of), 'integer');
    return columns({
      [this.#apart('time')]: times(rows, (e) => e.time),
      ...this.#keyed(rows),
      window_start: times(rows, (e) => e.start),
      window_end: times(rows, (e) => e.end),
      [this.#apart('missed_by')]: numberColumn(
        rows.map((e) => e.missedBy / 1000),
        'number'
      ),
      [this.#apart('missed')]: whole((e) => e.missed),
      [this.#apart('entered')]: whole((e) => e.entered)
    });
  }

  #keyed(rows: readonly { readonly slot: number }[]): Record<string, Vector> {
    return Object.fromEntries(this.#keys.columns(rows.map(({ slot }) => slot)));
  }

  /** A name that no key has. */
  #apart(name: string): string {
    return freeName(name, this.#keys.by);
  }

  /** A name that neither a key nor a measure has. */
  #free(name: string): string {
    return freeName(name, [...this.#keys.by, ...this.#measures]);
  }
}

/** How a correction is written: a window got new figures, appeared after its time, or is no more. */
export function changeOf({ before, after }: Correction): 'changed' | 'added' | 'withdrawn' {
  return before === null ? 'added' : after === null ? 'withdrawn' : 'changed';
}

function times<T>(rows: readonly T[], of: (row: T) => number): Vector {
  return numberColumn(rows.map(of), 'timestamp');
}

function figures(
  rows: readonly Correction[],
  of: (row: Correction) => number | undefined,
  type: NumericType
): Vector {
  return numberColumn(
    rows.map((row) => of(row) ?? Number.NaN),
    type
  );
}
