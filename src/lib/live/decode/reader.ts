import type { FeedColumn, FeedFormat } from '#lib/cells/core/feed.ts';
import { ProblemError, type Problem } from '#lib/base/problem.ts';
import { fail, problem } from '#lib/problems/index.ts';
import { columnsFromIpc, startsWith } from '#lib/relations/arrow.ts';
import type { Board } from '../board.ts';
import type { Frame } from '../link.ts';
import type { Batcher, Row } from './batcher.ts';
import { csvLines } from './csv-lines.ts';

/** So many messages that cannot be read, with none before that could, are no accident. */
const patience = 3;

export interface ReaderOptions {
  readonly format: FeedFormat;
  readonly columns: readonly FeedColumn[] | null;
  /** Where the rows stand in a JSON message, such as `data.items`. */
  readonly rows: string | null;
  /** The column whose last value is the cursor. */
  readonly after: string | null;
  /** The header of CSV that an earlier reader of the same source has seen. */
  readonly header?: readonly string[] | null;
  /** Where that reader stood. */
  readonly cursor?: string | null;
  readonly batcher: Batcher;
  readonly board: Board;
}

/**
 * Reads frames into a batcher. A frame is one JSON value (an object, a list of objects, a bare value, which becomes the
 * column `value`), NDJSON lines, CSV lines, or a whole Arrow IPC stream or file. One that cannot be read is counted and
 * left out; if none ever could, the feed fails.
 */
export class FrameReader {
  /** The last value of the `after` column, or the last frame's own cursor; null before the first. */
  cursor: string | null;
  readonly #options: ReaderOptions;
  #header: readonly string[] | null;
  #read = 0;
  /** What could not be read before anything could; told once something can. */
  #early: Problem | null = null;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.cursor = options.cursor ?? null;
    this.#header = options.header ?? options.columns?.map(({ name }) => name) ?? null;
  }

  /** The names that lines of CSV have. */
  get header(): readonly string[] | null {
    return this.#header;
  }

  read(frame: Frame, at: number): void {
    const { board } = this.#options;
    if (frame.cursor !== undefined) this.cursor = frame.cursor;
    board.messages++;
    board.bytes += frame.size ?? frame.data.length;
    try {
      if (!this.#frame(frame, at)) return;
      this.#read++;
      if (this.#early) board.warn(this.#early);
      this.#early = null;
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      this.#unreadable(frame, error);
    }
  }

  /** Whether there was anything in it. */
  #frame({ data, envelope }: Frame, at: number): boolean {
    if (typeof data !== 'string' && !(data instanceof Uint8Array)) return this.#rows(data, at);
    const { format } = this.#options;
    if (data instanceof Uint8Array && (format === 'arrow' || (format === 'auto' && isArrow(data))))
      return this.#arrow(data, at);
    if (format === 'arrow') throw new Error('It is text.');
    const text = typeof data === 'string' ? data : utf8.decode(data);
    if (text.trim() === '') return false;
    return format === 'csv' ? this.#csv(text, at) : this.#json(text, envelope, at);
  }

  #json(text: string, envelope: Row | undefined, at: number): boolean {
    const values = jsonValues(text, this.#options.format === 'ndjson', (line, error) =>
      this.#unreadable({ data: line }, error)
    );
    const path = this.#options.rows;
    const inside = path === null ? values : values.flatMap((value) => listAt(value, path));
    const rows = inside.map((value) => asRow(value, envelope));
    return this.#rows(rows, at);
  }

  #rows(rows: readonly Row[], at: number): boolean {
    const { batcher, after } = this.#options;
    batcher.addRows(rows, at);
    if (after !== null && rows.length > 0) this.#follow(rows.at(-1)![after]);
    return rows.length > 0;
  }

  /** The first line names the columns, unless the cell does; a line that only repeats the names is a header again. */
  #csv(text: string, at: number): boolean {
    const { batcher, after } = this.#options;
    const lines = csvLines(text);
    this.#header ??= lines[0]!.map((name) => name.trim());
    const header = this.#header;
    const isHeader = (line: readonly string[]) =>
      line.length === header.length && line.every((field, i) => field.trim() === header[i]);
    const rows = lines
      .filter((line) => !isHeader(line))
      .map((line) => Object.fromEntries(header.map((name, i) => [name, line[i] ?? null])));
    batcher.addRows(rows, at, true);
    if (after !== null && rows.length > 0) this.#follow(rows.at(-1)![after]);
    return true;
  }

  #arrow(data: Uint8Array, at: number): boolean {
    const { batcher, after } = this.#options;
    const table = columnsFromIpc(data);
    batcher.addTable(table, at);
    const column = after === null ? -1 : table.names.indexOf(after);
    if (column >= 0 && table.length > 0)
      this.#follow(table.vectors[column]!.values[table.length - 1]);
    return true;
  }

  #follow(value: unknown): void {
    if (value === null || value === undefined) return;
    this.cursor = typeof value === 'string' ? value : JSON.stringify(value);
  }

  #unreadable(frame: Frame, error: unknown): void {
    const { board, format } = this.#options;
    board.unreadable++;
    const words = {
      format: format === 'auto' ? 'JSON' : formatNames[format],
      detail: sentence(error instanceof Error ? error.message : String(error)),
      sample: sampleOf(frame)
    };
    if (this.#read === 0 && board.unreadable >= patience) throw fail('feed.frame', words);
    const warning = problem('feed.unreadable', words);
    if (this.#read > 0) board.warn(warning);
    else this.#early ??= warning;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const formatNames = { json: 'JSON', ndjson: 'NDJSON', csv: 'CSV', arrow: 'an Arrow IPC stream' };

function isArrow(bytes: Uint8Array): boolean {
  const continues = bytes.length > 8 && bytes.subarray(0, 4).every((byte) => byte === 0xff);
  return continues || startsWith(bytes, 'ARROW1');
}

/** The values of JSON or NDJSON text; lists are taken apart. Lines that cannot be read go to `unreadable`. */
function jsonValues(
  text: string,
  lines: boolean,
  unreadable: (line: string, error: unknown) => void
): unknown[] {
  if (!lines) {
    try {
      return listed(JSON.parse(text));
    } catch (error) {
      if (!/\S[^\S\n]*\n\s*\S/.test(text)) throw error;
    }
  }
  try {
    return (JSON.parse(`[${text.trim().replaceAll('\n', ',')}]`) as unknown[]).flatMap(listed);
  } catch {
    return text.split('\n').flatMap((line) => {
      if (line.trim() === '') return [];
      try {
        return listed(JSON.parse(line));
      } catch (error) {
        unreadable(line, error);
        return [];
      }
    });
  }
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

function listAt(value: unknown, path: string): unknown[] {
  let inner = value;
  for (const key of path.split('.')) inner = (inner as Row | null | undefined)?.[key];
  if (inner === undefined || inner === null) throw new Error(`It has nothing at ${path}.`);
  return listed(inner);
}

function asRow(value: unknown, envelope: Row | undefined): Row {
  const row =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value };
  return envelope ? { ...envelope, ...row } : (row as Row);
}

function sampleOf({ data }: Frame): string {
  const text =
    typeof data === 'string'
      ? data.slice(0, 60)
      : data instanceof Uint8Array
        ? new TextDecoder().decode(data.subarray(0, 60))
        : '';
  return text
    .replace(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ')
    .trim()
    .slice(0, 60);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
