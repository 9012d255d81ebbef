import { columns, vectorOf, type Columns, type Vector } from '#lib/base/columns.ts';
import type { FeedColumn, SettledColumn } from '#lib/cells/core/feed.ts';
import { problem } from '#lib/problems/index.ts';
import type { Board } from '../board.ts';
import { ColumnBuilder } from './column-builder.ts';
import { typeOfValues } from './value.ts';

export type Row = Readonly<Record<string, unknown>>;

/** The column that says when an event came, for those that ask for it by this name. */
const receivedColumn = 'received';

export interface BatcherOptions {
  /** null: as the first events have them. */
  readonly columns: readonly FeedColumn[] | null;
  /** The column that is a time whatever it is written as. */
  readonly time: string | null;
  /** As an earlier batcher of the same source settled them; null: none did. */
  readonly settled?: readonly SettledColumn[] | null;
  readonly board: Board;
}

/**
 * Gathers events into columns. Columns and types are those that are stated, or those of the first batch; from then on
 * they stand: what does not fit is missing and counted, what is new is left out and told once.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  #builders: ColumnBuilder[] | null;
  /** Events that came before the columns are known. */
  #first: { row: Row; at: number }[] = [];
  /** Whether the first events are of CSV, where numbers are written as text. */
  #written = false;
  #rows = 0;

  constructor(options: BatcherOptions) {
    this.#options = options;
    const settled =
      options.settled ?? options.columns?.map((column) => ({ ...column, key: column.name }));
    this.#builders =
      settled?.map(({ name, type, key }) => new ColumnBuilder({ name, type }, key)) ?? null;
  }

  /** The columns once they are known. */
  get settled(): readonly SettledColumn[] | null {
    return this.#builders?.map(({ column, key }) => ({ ...column, key })) ?? null;
  }

  get rows(): number {
    return this.#rows;
  }

  addRows(rows: readonly Row[], at: number, written = false): void {
    this.#rows += rows.length;
    if (!this.#builders) {
      this.#written = written;
      for (const row of rows) this.#first.push({ row, at });
      return;
    }
    if (rows.length > 0 && this.#options.columns === null)
      this.#noteStrangers(Object.keys(rows[0]!));
    for (const builder of this.#builders) {
      const { key } = builder;
      if (key === receivedColumn) for (const row of rows) builder.push(row[key] ?? at);
      else for (const row of rows) builder.push(row[key]);
    }
  }

  addTable(table: Columns, at: number): void {
    this.#builders ??= this.#pinned(this.#first.length > 0 ? null : table);
    this.#rows += table.length;
    if (this.#options.columns === null) this.#noteStrangers(table.names);
    for (const builder of this.#builders) {
      const vector = vectorOf(table, builder.key) ?? sameName(table, builder.key);
      if (vector) builder.pushAll(vector);
      else if (builder.key === receivedColumn)
        for (let i = 0; i < table.length; i++) builder.push(at);
      else builder.skip(table.length);
    }
  }

  /** What has been gathered since the last time; null when that is nothing. */
  take(): Columns | null {
    if (this.#rows === 0) return null;
    this.#builders ??= this.#pinned(null);
    this.#rows = 0;
    const table = this.#taken();
    for (const builder of this.#builders) this.#tellMisfits(builder);
    return table;
  }

  /** The columns without a row; null while they are not known. */
  empty(): Columns | null {
    return this.#builders && this.#rows === 0 ? this.#taken() : null;
  }

  #taken(): Columns {
    return columns(
      Object.fromEntries(this.#builders!.map((b): [string, Vector] => [b.column.name, b.take()]))
    );
  }

  /** Settles the columns: by a table, or by the events so far, which then go in. */
  #pinned(table: Columns | null): ColumnBuilder[] {
    const found = table ? this.#columnsOfTable(table) : this.#columnsOfRows();
    const { time } = this.#options;
    if (time === receivedColumn && !found.some(({ name }) => name === receivedColumn))
      found.unshift({ name: receivedColumn, type: 'timestamp' });
    const taken = new Set(['arrival']);
    const builders = found.map(
      (column) => new ColumnBuilder({ ...column, name: freeName(column.name, taken) }, column.name)
    );
    for (const builder of builders) {
      for (const { row, at } of this.#first)
        builder.push(row[builder.key] ?? (builder.key === receivedColumn ? at : null));
    }
    this.#first = [];
    return builders;
  }

  #columnsOfTable(table: Columns): FeedColumn[] {
    return table.names.map((name, i) => {
      const { type } = table.vectors[i]!;
      if (this.#isTime(name)) return { name, type: type === 'date' ? 'date' : 'timestamp' };
      return { name, type: type === 'other' ? 'text' : type };
    });
  }

  #columnsOfRows(): FeedColumn[] {
    const names = new Set<string>();
    for (const { row } of this.#first) for (const name of Object.keys(row)) names.add(name);
    return [...names].map((name) => {
      if (this.#isTime(name)) return { name, type: 'timestamp' };
      const values = this.#first.map(({ row }) => row[name]);
      return { name, type: typeOfValues(values, this.#written) };
    });
  }

  #isTime(name: string): boolean {
    return name.toLowerCase() === this.#options.time?.toLowerCase();
  }

  #noteStrangers(names: readonly string[]): void {
    const known = this.#builders!;
    if (names.length <= known.length && names.every((name, i) => known[i]?.key === name)) return;
    const strangers = names.filter((name) => !known.some(({ key }) => key === name));
    if (strangers.length > 0)
      this.#options.board.warn(
        problem('feed.strangers', { names: strangers.slice(0, 8).join(', ') })
      );
  }

  #tellMisfits(builder: ColumnBuilder): void {
    if (builder.misfits === 0) return;
    const { board } = this.#options;
    board.misfits += builder.misfits;
    builder.misfits = 0;
    const { name, type } = builder.column;
    const sample =
      typeof builder.sample === 'string' ? builder.sample : JSON.stringify(builder.sample);
    board.warn(problem('feed.misfit', { column: name, type, sample: sample.slice(0, 60) }));
  }
}

/** A name that no other column has, in any case: SQL does not tell `ID` from `id`. */
function freeName(name: string, taken: Set<string>): string {
  let free = name === '' ? 'column' : name;
  for (let i = 2; taken.has(free.toLowerCase()); i++) free = `${name}_${i}`;
  taken.add(free.toLowerCase());
  return free;
}

function sameName(table: Columns, name: string): Vector | undefined {
  const at = table.names.findIndex((other) => other.toLowerCase() === name.toLowerCase());
  return at < 0 ? undefined : table.vectors[at];
}
