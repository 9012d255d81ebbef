import { nearest } from '#lib/base/nearest.ts';
import { fail } from '#lib/problems/index.ts';
import { openPacked, openPlain } from './blob.ts';
import { zipContents, zipEntries, type ZipEntry } from './zip.ts';

/** Cells drawn as one; rows and columns count from 0, ends included. */
export interface Merge {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** What the markup of a sheet shows before its cells are read. */
export interface SheetScan {
  readonly hasData: boolean;
  readonly merges: readonly Merge[];
  /** Formulas that no program has reckoned: they hold no value. */
  readonly unreckoned: number;
}

export interface Book {
  readonly sheets: readonly string[];
  scan(sheet: string): Promise<SheetScan>;
}

/** The sheets of an Excel workbook in their order, and a look into each. */
export async function openBook(file: string, blob: Blob): Promise<Book> {
  const entries = new Map((await zipEntries(file, blob)).map((entry) => [entry.name, entry]));
  const text = (path: string) => textOf(file, blob, entries.get(path));
  const workbook = [...entries.keys()].find((name) => /^xl\/workbook\d*\.xml$/i.test(name)) ?? '';
  const relations = `xl/_rels/${workbook.slice('xl/'.length)}.rels`;
  const paths = targetsOf(await text(relations));
  const sheets = new Map<string, string>();
  for (const attributes of elements(await text(workbook), 'sheet')) {
    const name = unescaped(attribute(attributes, 'name') ?? '');
    const path = paths.get(attribute(attributes, '[\\w]+:id') ?? '');
    if (name !== '' && path !== undefined && entries.has(path)) sheets.set(name, path);
  }
  return {
    sheets: [...sheets.keys()],
    scan: (sheet) => scan(file, blob, entries.get(sheets.get(sheet) ?? ''))
  };
}

/** The sheet that is asked for by name or by its number from 1; else the first that holds data. */
export async function pickSheet(
  file: string,
  book: Book,
  wanted: string | undefined
): Promise<{ readonly sheet: string; readonly scan: SheetScan }> {
  const { sheets } = book;
  const found = wanted === undefined ? undefined : sheetNamed(sheets, wanted);
  if (found !== undefined) return { sheet: found, scan: await book.scan(found) };
  if (wanted !== undefined) {
    const params = { file, sheet: wanted, nearest: nearest(wanted, sheets) };
    throw fail('source.no-sheet', { ...params, sheets: numbered(sheets) });
  }
  for (const sheet of sheets) {
    const scan = await book.scan(sheet);
    if (scan.hasData) return { sheet, scan };
  }
  throw fail('source.empty-book', { file, sheets: numbered(sheets) });
}

function sheetNamed(sheets: readonly string[], wanted: string): string | undefined {
  const name = wanted.trim().toLowerCase();
  return (
    sheets.find((sheet) => sheet === wanted) ??
    sheets.find((sheet) => sheet.trim().toLowerCase() === name) ??
    (/^\d+$/.test(name) ? sheets[Number(name) - 1] : undefined)
  );
}

function numbered(sheets: readonly string[]): string {
  return sheets.map((sheet, i) => `${i + 1} ${sheet}`).join(', ');
}

/** Goes through the markup of a sheet once, a window of text at a time. */
async function scan(file: string, blob: Blob, entry: ZipEntry | undefined): Promise<SheetScan> {
  const merges: Merge[] = [];
  let hasData = false;
  let unreckoned = 0;
  let rest = '';
  for await (const piece of texts(file, blob, entry)) {
    const window = rest + piece;
    // What ends within the window is counted now; an element cut by its end comes whole with the next.
    const cut = window.lastIndexOf('</') < 0 ? 0 : window.lastIndexOf('<');
    const whole = window.slice(0, cut);
    rest = window.slice(cut);
    hasData ||= /<(\w+:)?(v|is)>/.test(whole);
    for (const _ of whole.matchAll(
      /(<\/(\w+:)?f>|<(\w+:)?f\b[^>]*\/>)(<(\w+:)?v ?\/>|<v><\/v>)?<\/(\w+:)?c>/g
    ))
      unreckoned++;
    for (const [, ref = ''] of whole.matchAll(/<(?:\w+:)?mergeCell\b[^>]*\bref="([^"]+)"/g)) {
      const merge = mergeOf(ref);
      if (merge) merges.push(merge);
    }
  }
  return { hasData, merges, unreckoned };
}

function mergeOf(ref: string): Merge | null {
  const [, left, top, right, bottom] = /^\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)$/i.exec(ref) ?? [];
  if (left === undefined || right === undefined) return null;
  return {
    left: columnNumber(left),
    right: columnNumber(right),
    top: Number(top) - 1,
    bottom: Number(bottom) - 1
  };
}

/** `A` is 0, `Z` 25, `AA` 26. */
export function columnNumber(letters: string): number {
  let number = 0;
  for (const letter of letters.toUpperCase()) number = number * 26 + letter.charCodeAt(0) - 64;
  return number - 1;
}

export function columnLetters(column: number): string {
  let letters = '';
  for (let n = column + 1; n > 0; n = Math.floor((n - 1) / 26)) {
    letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters;
  }
  return letters;
}

function targetsOf(relations: string): Map<string, string> {
  return new Map(
    elements(relations, 'Relationship').map((attributes) => {
      const target = unescaped(attribute(attributes, 'Target') ?? '');
      const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
      return [
        attribute(attributes, 'Id') ?? '',
        path.replace(/\/\.\//g, '/').replace(/[^/]+\/\.\.\//g, '')
      ];
    })
  );
}

/** The attributes of every element of that name, as text. */
function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<(?:\\w+:)?${name}\\s([^>]*)>`, 'g'))].map((m) => m[1]!);
}

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*("([^"]*)"|'([^']*)')`).exec(attributes);
  return found?.[2] ?? found?.[3];
}

function unescaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    amp: '&'
  };
  return text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, code: string) => {
    if (!code.startsWith('#')) return names[code] ?? whole;
    const hex = code[1] === 'x' || code[1] === 'X';
    return String.fromCodePoint(parseInt(code.slice(hex ? 2 : 1), hex ? 16 : 10));
  });
}

async function textOf(file: string, blob: Blob, entry: ZipEntry | undefined): Promise<string> {
  let text = '';
  for await (const piece of texts(file, blob, entry)) text += piece;
  return text;
}

async function* texts(
  file: string,
  blob: Blob,
  entry: ZipEntry | undefined
): AsyncGenerator<string> {
  if (!entry) return;
  const { packed, deflated } = await zipContents(file, blob, entry);
  const name = `${file}/${entry.name}`;
  const part = deflated
    ? await openPacked(name, packed, ['deflate-raw'])
    : await openPlain(name, packed);
  const decoder = new TextDecoder();
  for await (const chunk of part.bytes(() => undefined))
    yield decoder.decode(chunk, { stream: true });
}
