import type { FileFormat, TextOptions } from '#lib/cells/core/loader.ts';
import { fail } from '#lib/problems/index.ts';
import { startsWith } from '../arrow.ts';
import { firstRecords } from './csv-reader.ts';

const sample = 200;
const delimiters = [',', ';', '\t', '|'];

/** Begins of files that are no tables, and what they are. */
const others: readonly (readonly [magic: string, what: string])[] = [
  ['\x89PNG', 'a PNG picture'],
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['GIF8', 'a GIF picture'],
  ['%PDF', 'a PDF document'],
  ['ORC', 'an ORC file'],
  ['Obj\x01', 'an Avro file'],
  ['BZh', 'a bzip2 archive'],
  ['7z\xbc\xaf', 'a 7-Zip archive'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive']
];

/** Begins of files of binary formats. Of archives only workbooks come here. */
const binaries: readonly (readonly [magic: string, format: FileFormat])[] = [
  ['PAR1', 'parquet'],
  ['ARROW1', 'arrow'],
  ['\xff\xff\xff\xff', 'arrow'],
  ['PK\x03\x04', 'xlsx'],
  ['SQLite format 3\0', 'sqlite']
];

/** The format of a file: stated, else by its first bytes, its name, and how its text begins. */
export function formatOf(
  name: string,
  head: Uint8Array,
  stated: FileFormat | undefined
): FileFormat {
  if (head.length === 0) throw fail('source.empty', { file: name });
  const found = binaryOf(head);
  refuseOldOffice(name, head);
  const other = others.find(([magic]) => startsWith(head, magic));
  if (other) throw fail('source.not-a-table', { file: name, what: other[1] });
  if (stated !== undefined) {
    const binary = isBinary(stated);
    if (found !== null && found !== stated) throw wrongFormat(name, stated, `a ${found} file`);
    if (binary && found === null) throw wrongFormat(name, stated, 'text or something else');
    return stated;
  }
  if (found) return found;
  const extension = /\.([a-z0-9]+)(\.gz)?$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (isBinary(extension) || extension === 'feather') {
    throw wrongFormat(name, extension, 'something else');
  }
  if (extension === 'tsv' || extension === 'tab') return 'tsv';
  if (extension === 'ndjson' || extension === 'jsonl') return 'ndjson';
  const first = new TextDecoder().decode(head.subarray(0, 4096)).trimStart();
  if (extension === 'json') return areLines(first) ? 'ndjson' : 'json';
  if (extension === 'csv' || extension === 'txt') return 'csv';
  if (first.startsWith('[')) return 'json';
  if (first.startsWith('{')) return areLines(first) ? 'ndjson' : 'json';
  return 'csv';
}

/** The delimiter that cuts most of the first records into the same number of fields, and into the most. */
export function delimiterOf(
  head: Uint8Array,
  format: FileFormat,
  { delimiter }: TextOptions
): string {
  if (delimiter !== undefined) return delimiter;
  if (format === 'tsv') return '\t';
  let best = ',';
  let bestScore = 0;
  for (const candidate of delimiters) {
    const records = firstRecords(head, candidate, sample);
    // The last record of a long sample may be cut.
    const widths = records.slice(0, Math.max(1, records.length - 1)).map((r) => r.length);
    const first = widths[0] ?? 1;
    if (first < 2) continue;
    const same = widths.filter((width) => width === first).length / widths.length;
    const score = same * same * Math.log2(first + 1);
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

/** Refuses bytes that no text has. */
export function requireText(name: string, head: Uint8Array): void {
  let odd = 0;
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 27)) odd++;
  if (odd > head.length / 100) throw fail('source.not-a-table', { file: name, what: 'not text' });
}

/** Whether the first row looks like data rather than names: a decimal number or a date stands in it. */
export function firstRowLooksLikeData(head: Uint8Array, delimiter: string): string | null {
  const [first = []] = firstRecords(head, delimiter, 1);
  const value = first.find((text) => /^-?\d+[.,]\d+$|^\d{4}-\d\d-\d\d/.test(text.trim()));
  return value ?? null;
}

function binaryOf(head: Uint8Array): FileFormat | null {
  if (startsWith(head.subarray(8), 'DUCK')) return 'duckdb';
  return binaries.find(([magic]) => startsWith(head, magic))?.[1] ?? null;
}

function isBinary(format: string): boolean {
  return format === 'duckdb' || binaries.some(([, binary]) => binary === format);
}

/** The container of old Office files is also what protects new ones. */
function refuseOldOffice(file: string, head: Uint8Array): void {
  if (!startsWith(head, '\xd0\xcf\x11\xe0')) return;
  const text = new TextDecoder('utf-16le').decode(head.subarray(0, head.length & ~1));
  if (text.includes('EncryptedPackage')) throw fail('source.book-locked', { file });
  throw fail('source.old-office', { file });
}

/** Whether an object stands on the first line, and another begins on the next. */
function areLines(text: string): boolean {
  const line = text.slice(0, text.search(/[\r\n]|$/));
  if (!line.startsWith('{') || !text.slice(line.length).trimStart().startsWith('{')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function wrongFormat(file: string, format: string, what: string): Error {
  return fail('source.wrong-format', { file, format, what });
}
