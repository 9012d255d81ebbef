import type { ColumnType } from '#lib/base/columns.ts';
import type { FileFormat } from '#lib/cells/core/loader.ts';
import { widthOf, type FileLook, type LookedColumn } from '#lib/runtime/file-look.ts';
import { columnsFromIpc } from '../arrow.ts';
import type { LoadParquet } from '../parquet.ts';
import type { OpenFile } from './blob.ts';
import { firstRecords } from './csv-reader.ts';
import { firstObjects } from './first-objects.ts';
import { firstArrowBatch } from './look-arrow.ts';
import { openText } from './encoding.ts';
import { uniqueNames } from './names.ts';
import { openFiles } from './open.ts';
import { delimiterOf, formatOf } from './sniff.ts';

const sampleBytes = 512 << 10;

/** What the engine takes beyond the values themselves; measured on a table of 11 million rows and eight columns. */
const slack = 1.3;

type Shown = Pick<FileLook, 'columns' | 'rows' | 'exact'>;

const unknown: Shown = { columns: null, rows: null, exact: false };

/**
 * Looks at a file without loading it: columns and rows by its first half MB or its first batch, or by the record that a
 * Parquet file keeps of itself. Of other formats, and of files that cannot be read, nothing is known. Never fails: what is wrong with a file is
 * told when it is loaded.
 */
export async function lookAt(file: File, loadParquet: LoadParquet): Promise<FileLook> {
  const { name, size, lastModified: modified } = file;
  try {
    const { files } = await openFiles([{ name, blob: file }], undefined);
    const [open] = files;
    if (!open || files.length > 1) return { name, size, modified, format: null, ...unknown };
    const format = formatOf(name, open.head, undefined);
    return { name, size, modified, format, ...(await shownBy(open, format, file, loadParquet)) };
  } catch {
    return { name, size, modified, format: null, ...unknown };
  }
}

async function shownBy(
  open: OpenFile,
  format: FileFormat,
  file: File,
  loadParquet: LoadParquet
): Promise<Shown> {
  switch (format) {
    case 'csv':
    case 'tsv':
    case 'ndjson':
    case 'json':
      return textShown(open, format, file);
    case 'parquet':
      return parquetShown(await loadParquet(), await open.blob());
    case 'arrow':
      return arrowShown(open, file);
    default:
      return unknown;
  }
}

async function textShown(
  open: OpenFile,
  format: 'csv' | 'tsv' | 'ndjson' | 'json',
  file: File
): Promise<Shown> {
  const parts: Uint8Array[] = [];
  let read = 0;
  let whole = true;
  const bytes = open.bytes(() => undefined);
  for await (const chunk of openText(open.name, open.head, bytes, undefined).chunks) {
    parts.push(chunk);
    read += chunk.length;
    whole = read <= sampleBytes;
    if (!whole) break;
  }
  const head = new Uint8Array(
    await new Blob(parts as BlobPart[]).slice(0, sampleBytes).arrayBuffer()
  );
  const { names, records } = recordsOf(head, format);
  if (format === 'json' && records.length === 0) return unknown;
  // The last record of a part may be cut.
  const full = whole ? records : records.slice(0, -1);
  const columns = names.map((name, i) => columnOf(name, full, i));
  if (whole) return { columns, rows: full.length, exact: true };
  const perRow = head.length / Math.max(1, records.length);
  return { columns, rows: Math.round((await unpackedSize(file)) / perRow), exact: false };
}

/** Bytes of the contents: a gzip file ends with their number, less whole multiples of 4 GiB. */
async function unpackedSize(file: File): Promise<number> {
  const mark = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (mark[0] !== 0x1f || mark[1] !== 0x8b) return file.size;
  let size = new DataView(await file.slice(-4).arrayBuffer()).getUint32(0, true);
  while (size < file.size) size += 2 ** 32;
  return size;
}

interface Records {
  readonly names: readonly string[];
  readonly records: readonly (readonly string[])[];
}

function recordsOf(head: Uint8Array, format: FileFormat): Records {
  if (format === 'json') return jsonRecords(firstObjects(head));
  return format === 'ndjson' ? jsonRecords(linesOf(head)) : csvRecords(head, format);
}

function linesOf(head: Uint8Array): string[] {
  return new TextDecoder()
    .decode(head)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}

function csvRecords(head: Uint8Array, format: FileFormat): Records {
  const delimiter = delimiterOf(head, format, {});
  const [names = [], ...records] = firstRecords(head, delimiter, Number.POSITIVE_INFINITY);
  return { names: uniqueNames(names), records };
}

function jsonRecords(objects: readonly string[]): Records {
  const names = new Map<string, number>();
  const records: string[][] = [];
  for (const line of objects) {
    const record: string[] = [];
    try {
      for (const [key, value] of Object.entries(JSON.parse(line) as Record<string, unknown>)) {
        if (!names.has(key)) names.set(key, names.size);
        record[names.get(key)!] = typeof value === 'string' ? value : JSON.stringify(value);
      }
    } catch {
      // The line that the sample cuts.
    }
    records.push(record);
  }
  return { names: [...names.keys()], records };
}

const patterns: readonly (readonly [type: ColumnType, pattern: RegExp])[] = [
  ['boolean', /^(?:true|false)$/i],
  ['integer', /^-?(?:0|[1-9]\d{0,17})$/],
  ['number', /^-?(?:0|[1-9]\d*)?(?:\.\d+)?(?:[eE][+-]?\d+)?$/],
  ['date', /^\d{4}-\d\d-\d\d$|^\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)$/],
  ['timestamp', /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d|^\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d) \d\d?:\d\d/]
];

/** The type that all values of a column show so far, text where they show none, and what a value takes. */
function columnOf(name: string, records: readonly (readonly string[])[], i: number): LookedColumn {
  let letters = 0;
  let present = 0;
  let open = patterns;
  for (const record of records) {
    const value = record[i]?.trim();
    if (value === undefined || value === '' || value === 'null') continue;
    present++;
    letters += value.length;
    if (open.length > 0) open = open.filter(([, pattern]) => pattern.test(value));
  }
  const type = (present > 0 && open[0]?.[0]) || 'text';
  return { name, type, width: slack * widthOf(type, letters / Math.max(1, records.length)) };
}

async function arrowShown(open: OpenFile, file: File): Promise<Shown> {
  const batch = await firstArrowBatch(open.bytes(() => undefined));
  if (!batch) return unknown;
  const { columns: first, rows, bytes, before } = batch;
  const columns = first.names.map((name, i) => {
    const { type, values } = first.vectors[i]!;
    const letters = type === 'text' ? lettersOf(values) : 12;
    return { name, type, width: slack * widthOf(type, letters) };
  });
  const all = Math.max(rows, Math.round(((await unpackedSize(file)) - before) / (bytes / rows)));
  return { columns, rows: all, exact: false };
}

function lettersOf(values: readonly (string | null)[]): number {
  const looked = values.slice(0, 1000);
  return looked.reduce((sum, value) => sum + (value?.length ?? 0), 0) / looked.length;
}

async function parquetShown(parquet: Awaited<ReturnType<LoadParquet>>, file: Blob): Promise<Shown> {
  const opened = await parquet.ParquetFile.fromFile(file);
  const meta = opened.metadata();
  const rows = meta.fileMetadata().numRows();
  const bytes = new Map<string, number>();
  for (const group of meta.rowGroups()) {
    for (const chunk of group.columns()) {
      const name = chunk.columnPath()[0] ?? '';
      bytes.set(name, (bytes.get(name) ?? 0) + chunk.uncompressedSize());
    }
  }
  const schema = columnsFromIpc(opened.schema().intoIPCStream());
  const columns = schema.names.map((name, i) => {
    const { type } = schema.vectors[i]!;
    // Dictionaries make the file smaller than the table: a text takes at least its usual place.
    const letters = Math.max(12, (bytes.get(name) ?? 0) / Math.max(1, rows));
    return { name, type, width: slack * widthOf(type, letters) };
  });
  opened.free();
  return { columns, rows, exact: true };
}
