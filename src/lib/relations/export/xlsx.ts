import { Zip, ZipDeflate } from 'fflate';
import { Cancelled } from '#lib/base/problem.ts';
import { fail } from '#lib/problems/index.ts';
import { quoteName } from '#lib/sql/quote.ts';
import { textOf } from './text-scan.ts';
import type { Writer, WriterInput } from './writer.ts';
import { cellXml, requireExcelLimits, sampleWidths } from './xlsx-cells.ts';
import { frame, headerRow, sheetEnd, sheetName, sheetStart } from './xlsx-parts.ts';

/** Rows of data on one sheet: Excel's 1,048,576 less the header. */
const rowsPerSheet = 1_048_575;

/** No part of a plain zip file may reach this. */
const partBytes = 0xffff_ffff;

/**
 * An Excel workbook: bold, frozen header, widths from the first rows, numbers, dates, times and booleans as themselves,
 * all else as text. Rows beyond Excel's limit go to further sheets `name (2)`, … The XML of a row is made in SQL.
 */
export const writeXlsx: Writer = async function* (input) {
  const { relations, info, signal } = input;
  await requireExcelLimits(relations, info, signal);
  const widths = await sampleWidths(relations, info, signal);
  const rows = Math.min(info.rows, input.limit ?? info.rows);
  const sheets = Math.max(1, Math.ceil(rows / rowsPerSheet));
  const out = new ZipParts();
  const names = Array.from({ length: sheets }, (_, i) => sheetName(info.name, i));
  for (const [path, xml] of frame(names)) out.add(path, xml);
  yield* out.taken();
  for (let sheet = 0; sheet < sheets; sheet++) {
    const part = out.open(`xl/worksheets/sheet${sheet + 1}.xml`);
    part.push(encode(sheetStart(widths) + headerRow(info.fields)));
    for await (const bytes of rowsOf(input, sheet, rows)) {
      if (signal.aborted) throw new Cancelled();
      part.push(bytes);
      yield* out.taken();
    }
    part.end(encode(sheetEnd));
  }
  out.end();
  yield* out.taken();
};

function rowsOf(
  { relations, info, signal, report }: WriterInput,
  sheet: number,
  rows: number
): AsyncIterable<Uint8Array> {
  const from = sheet * rowsPerSheet;
  const count = Math.min(rowsPerSheet, rows - from);
  const table = `SELECT * FROM ${quoteName(info.name)} LIMIT ${count} OFFSET ${from}`;
  const numbered = `SELECT (row_number() OVER () + 1)::VARCHAR AS "~row", * FROM (${table})`;
  const cells = info.fields.map((field, i) => cellXml(field, i));
  const row = `'<row r="' || "~row" || '">' || ${cells.join(' || ')} || '</row>'`;
  const sql = `SELECT ${row} AS line FROM (${numbered})`;
  return textOf(relations.scan(sql, signal), (done) => report(from + done));
}

const encoder = new TextEncoder();
const encode = (text: string) => encoder.encode(text);

/** A zip archive whose bytes can be taken as they come. */
class ZipParts {
  #ready: Uint8Array[] = [];
  readonly #zip = new Zip((error, bytes) => {
    if (error) throw error;
    this.#ready.push(bytes);
  });

  add(path: string, text: string): void {
    this.open(path).end(encode(text));
  }

  open(path: string) {
    const part = new ZipDeflate(path, { level: 4 });
    this.#zip.add(part);
    let size = 0;
    return {
      push(bytes: Uint8Array) {
        size += bytes.length;
        if (size > partBytes) throw fail('export.xlsx-size', {});
        part.push(bytes);
      },
      end: (bytes: Uint8Array) => part.push(bytes, true)
    };
  }

  end(): void {
    this.#zip.end();
  }

  taken(): Uint8Array[] {
    const taken = this.#ready;
    this.#ready = [];
    return taken;
  }
}
