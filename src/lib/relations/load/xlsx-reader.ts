import type { streamXlsxRows } from 'hucre/xlsx';
import { ProblemError, type Problem } from '#lib/base/problem.ts';
import type { LoadOptions } from '#lib/cells/core/loader.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type { OpenFile } from './blob.ts';
import { uniqueNames } from './names.ts';
import { TextBatchBuilder, type TextBatch, type ValueKind } from './text-batch.ts';
import { columnLetters, openBook, pickSheet, type SheetScan } from './xlsx-book.ts';
import {
  isUsed,
  layoutOf,
  textOf,
  type CellValue,
  type Layout,
  type SheetRow
} from './xlsx-rows.ts';
import { rangeOf, type SheetRange } from './xlsx-range.ts';

/** Rows looked at before header and left edge are settled. */
const lookAhead = 200;

/** What cells show when a formula failed. */
const errors =
  /^#(N\/A|REF!|DIV\/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!|GETTING_DATA)$/;

/** A sheet on its way in. */
export interface SheetReading {
  readonly sheet: string;
  readonly sheets: readonly string[];
  readonly batches: AsyncIterable<TextBatch>;
  /** What was found and done; whole when the batches are at their end. */
  readonly warnings: () => readonly Problem[];
}

/**
 * A sheet of an Excel workbook as rows. Formulas give the values they were saved with, cells in error nothing; of merged
 * cells the top left one holds the value. A value is a number, a date or true/false as the sheet has it, and text else.
 */
export async function readXlsx(file: OpenFile, options: LoadOptions): Promise<SheetReading> {
  const { name } = file;
  const blob = await file.blob();
  const book = await openBook(name, blob);
  const { sheet, scan } = await pickSheet(name, book, options.sheet);
  const table = new SheetTable(name, sheet, scan, options);
  return {
    sheet,
    sheets: book.sheets,
    batches: table.read(blob),
    warnings: () => table.warnings(book.sheets, options.sheet === undefined)
  };
}

class SheetTable {
  readonly #file: string;
  readonly #sheet: string;
  readonly #scan: SheetScan;
  readonly #options: LoadOptions;
  readonly #range: SheetRange;
  readonly #builder = new TextBatchBuilder(0);
  #layout: Layout | null = null;
  #width = 0;
  #kinds: (ValueKind | null)[] = [];
  #errors = 0;
  #firstError = '';

  constructor(file: string, sheet: string, scan: SheetScan, options: LoadOptions) {
    this.#file = file;
    this.#sheet = sheet;
    this.#scan = scan;
    this.#options = options;
    this.#range = rangeOf(options.range);
  }

  async *read(blob: Blob): AsyncGenerator<TextBatch> {
    const first: SheetRow[] = [];
    for await (const row of this.#rows(blob)) {
      if (first.length < lookAhead) {
        first.push(row);
        if (first.length === lookAhead) this.#begin(first);
        continue;
      }
      this.#add(row);
      if (this.#builder.isFull) yield this.#take();
    }
    if (first.length < lookAhead) this.#begin(first);
    if (this.#width === 0) {
      throw fail('source.empty-sheet', { file: this.#file, sheet: this.#sheet });
    }
    yield this.#take();
  }

  warnings(sheets: readonly string[], chosen: boolean): Problem[] {
    const place = { file: this.#file, sheet: this.#sheet };
    const { titles = [], headerRows = 0 } = this.#layout ?? {};
    const inData = this.#scan.merges.filter(({ top }) => top > (this.#layout?.headerEnd ?? -1));
    const { unreckoned } = this.#scan;
    return [
      ...(chosen && sheets.length > 1
        ? [problem('source.sheet-chosen', { ...place, sheets: sheets.join(', ') })]
        : []),
      ...(titles.length > 0 || headerRows > 1
        ? [
            problem('source.sheet-header', {
              ...place,
              titles: titles.map((row) => row + 1).join(', '),
              header: headerRows
            })
          ]
        : []),
      ...(inData.length > 0
        ? [
            problem('source.sheet-merged', {
              ...place,
              merged: inData.length,
              first: `${columnLetters(inData[0]!.left)}${inData[0]!.top + 1}`
            })
          ]
        : []),
      ...(this.#errors > 0
        ? [
            problem('source.sheet-errors', {
              ...place,
              cells: this.#errors,
              first: this.#firstError
            })
          ]
        : []),
      ...(unreckoned > 0 ? [problem('source.sheet-unreckoned', { ...place, unreckoned })] : [])
    ];
  }

  async *#rows(blob: Blob): AsyncGenerator<SheetRow> {
    const { skip = 0 } = this.#options;
    const { top, bottom, left, right } = this.#range;
    for await (const { index, values } of this.#stream(blob)) {
      if (index < top + skip) continue;
      if (index > bottom) return;
      const cells = values.map((value, c): CellValue =>
        c < left || c > right ? null : this.#plain(value, index, c)
      );
      if (cells.some(isUsed)) yield { index, values: cells };
    }
  }

  /** The rows of the sheet; what the reader of the format cannot take is a problem. */
  async *#stream(blob: Blob): ReturnType<typeof streamXlsxRows> {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const { streamXlsxRows } = await import('hucre/xlsx');
    try {
      yield* streamXlsxRows(bytes, { sheet: this.#sheet });
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      throw fail('source.broken-file', { file: this.#file, format: 'xlsx', detail });
    }
  }

  #plain(value: CellValue, row: number, column: number): CellValue {
    if (typeof value !== 'string' || !errors.test(value)) return value;
    this.#errors++;
    this.#firstError ||= `${columnLetters(column)}${row + 1}: ${value}`;
    return null;
  }

  #begin(rows: readonly SheetRow[]): void {
    if (rows.length === 0) return;
    const { merges } = this.#scan;
    const layout = layoutOf(rows, merges, this.#options.header ?? true);
    this.#layout = layout;
    this.#widen(layout.names.length);
    for (const row of rows) {
      const isAbove = row.index <= layout.headerEnd || layout.titles.includes(row.index);
      if (!isAbove) this.#add(row);
    }
  }

  #add({ index, values }: SheetRow): void {
    const left = this.#layout?.left ?? 0;
    const stray = values.findIndex(isUsed);
    if (stray < left) {
      const reason = `A value stands left of the table, in column ${columnLetters(stray)}.`;
      const value = textOf(values[stray] ?? null);
      this.#builder.reject({ line: index + 1, column: null, value, reason });
      return;
    }
    this.#widen(values.findLastIndex(isUsed) + 1 - left);
    for (let c = left; c < values.length; c++) {
      const value = values[c] ?? null;
      if (!isUsed(value)) continue;
      const kind = kindOf(value);
      const before = this.#kinds[c - left];
      this.#kinds[c - left] = before === null || before === kind ? kind : 'text';
      this.#builder.column(c - left).addText(textOf(value));
    }
    this.#builder.endRow(index + 1);
  }

  #widen(width: number): void {
    if (width <= this.#width) return;
    this.#width = width;
    this.#builder.widen(width);
    while (this.#kinds.length < width) this.#kinds.push(null);
  }

  #take(): TextBatch {
    const named = this.#layout?.names ?? [];
    const raw = Array.from({ length: this.#width }, (_, c) => named[c] ?? '');
    const kinds = this.#kinds.map((kind) => kind ?? 'text');
    this.#kinds = this.#kinds.map(() => null);
    return this.#builder.take(uniqueNames(raw), kinds);
  }
}

function kindOf(value: CellValue): ValueKind {
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'text';
}
