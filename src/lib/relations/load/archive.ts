import type { Problem } from '#lib/base/problem.ts';
import { nearest } from '#lib/base/nearest.ts';
import type { FileFormat } from '#lib/cells/core/loader.ts';
import { fail, problem } from '#lib/problems/index.ts';
import { globOf } from '../files.ts';
import type { ZipEntry } from './zip.ts';

const formats: Readonly<Record<string, FileFormat | 'txt'>> = {
  csv: 'csv',
  txt: 'txt',
  tsv: 'tsv',
  tab: 'tsv',
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
  arrow: 'arrow',
  feather: 'arrow',
  xlsx: 'xlsx',
  xlsm: 'xlsx',
  sqlite: 'sqlite',
  sqlite3: 'sqlite',
  db: 'sqlite',
  duckdb: 'duckdb'
};

/** Begins of the media types of archives that are documents. */
const documents: readonly (readonly [member: RegExp, what: string])[] = [
  [/^xl\/workbook\.bin$/i, 'a binary Excel workbook (.xlsb)'],
  [/^mimetype$/, 'an OpenDocument file'],
  [/^word\/document\.xml$/i, 'a Word document'],
  [/^ppt\/presentation\.xml$/i, 'a PowerPoint presentation']
];

/** Refuses archives that are documents of other programs, by what they are. */
export function refuseOtherArchives(file: string, entries: readonly ZipEntry[]): void {
  const other = documents.find(([member]) => entries.some(({ name }) => member.test(name)));
  if (other) throw fail('source.not-a-table', { file, what: other[1] });
}

/**
 * The members of an archive to read, by name: those that `pattern` fits, else those of the format that is stated, or
 * that most of them have. Notes and the hidden files of file managers are left out; what else is left out is told.
 */
export function chooseMembers(
  file: string,
  entries: readonly ZipEntry[],
  pattern: string | undefined,
  stated: FileFormat | undefined
): { readonly members: readonly ZipEntry[]; readonly warnings: readonly Problem[] } {
  const all = entries.filter((entry) => !entry.isFolder).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (pattern !== undefined) {
    const fits = globOf(pattern);
    const members = all.filter(({ name }) => fits(name) || fits(baseName(name)));
    if (members.length > 0) return { members, warnings: [] };
    throw noMembers(file, pattern, all);
  }
  const data = all.filter(({ name }) => !isNote(name) && formatOfName(name) !== null);
  const wanted = stated ?? commonest(data.map(({ name }) => formatOfName(name)!));
  const members = data.filter(({ name }) => formatOfName(name) === wanted);
  if (members.length === 0) throw noMembers(file, stated ?? 'a data file', all);
  const left = all.filter((entry) => !members.includes(entry)).map(({ name }) => name);
  if (left.length === 0) return { members, warnings: [] };
  const params = { file, read: listed(members.map(({ name }) => name)), left: listed(left) };
  return { members, warnings: [problem('source.archive-left-out', params)] };
}

function noMembers(file: string, wanted: string, all: readonly ZipEntry[]): Error {
  const names = all.map(({ name }) => name);
  const params = { file, wanted, nearest: nearest(wanted, names), members: listed(names) };
  return fail('source.archive-no-member', params);
}

/** The commonest of the formats; of equally common ones the first. Text without a telling name comes last. */
function commonest(found: readonly (FileFormat | 'txt')[]): FileFormat | 'txt' {
  const count = (format: string) => found.filter((other) => other === format).length;
  const named = found.filter((format) => format !== 'txt');
  const pool = named.length > 0 ? named : found;
  return [...pool].sort((a, b) => count(b) - count(a))[0] ?? 'csv';
}

function formatOfName(name: string): FileFormat | 'txt' | null {
  const extension = /\.([a-z0-9]+)(\.gz)?$/i.exec(baseName(name))?.[1]?.toLowerCase() ?? '';
  return formats[extension] ?? null;
}

function isNote(name: string): boolean {
  const base = baseName(name);
  return (
    name.startsWith('__MACOSX/') ||
    base.startsWith('.') ||
    /^(readme|licen[cs]e|changelog|notes?|about|manifest)\b/i.test(base)
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}

function baseName(path: string): string {
  return path.split('/').at(-1) ?? path;
}
