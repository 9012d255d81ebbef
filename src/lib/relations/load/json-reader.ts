import { nearest } from '#lib/base/nearest.ts';
import { fail } from '#lib/problems/index.ts';
import { uniqueNames } from './names.ts';
import { NestedShape, type NestedColumns } from './nested.ts';
import { TextBatchBuilder, type TextBatch, type ValueKind } from './text-batch.ts';

/** How JSON becomes rows. */
export interface JsonOptions {
  /** Objects inside rows become columns `a.b`; else they stay whole. */
  readonly flatten?: boolean;
  /** Where the rows stand in the file, as keys with dots between. */
  readonly path?: string;
  /** Hears of every column with objects and lists. */
  readonly nested: NestedColumns;
}

/** One JSON value a line. A line that is not an object is a bad row; blank lines are left out. */
export async function* readNdjson(
  chunks: AsyncIterable<Uint8Array>,
  options: JsonOptions
): AsyncGenerator<TextBatch> {
  const records = new Records(options);
  const decoder = new TextDecoder();
  let rest = '';
  let line = 0;
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      records.addLine(text, ++line);
      if (records.isFull) yield records.take();
    }
  }
  if (rest.trim() !== '') records.addLine(rest, ++line);
  yield records.take();
}

/** A JSON array of objects, an object that holds one such array at any depth, or a single object. */
export async function* readJson(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  options: JsonOptions
): AsyncGenerator<TextBatch> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
  const records = new Records(options);
  const value = parse(text, file);
  const rows = options.path === undefined ? rowsOf(value, file) : rowsAt(value, options.path, file);
  for (const [i, row] of rows.entries()) {
    records.add(row, i + 1, () => JSON.stringify(row));
    if (records.isFull) yield records.take();
  }
  yield records.take();
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = (error as Error).message;
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const line = text.slice(0, position).split('\n').length;
    const detail = message.replace(/ in JSON at position.*$/s, '').replace(/, ".*$/s, '');
    throw fail('source.json', { file, line, detail });
  }
}

function rowsOf(value: unknown, file: string): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value === 'object' && value !== null) {
    const lists = listsIn(value);
    return lists.length === 1 ? lists[0]! : [value];
  }
  throw fail('source.json', { file, line: 1, detail: 'The file holds a single value, no rows' });
}

/** Every list of objects that is reached through objects alone. */
function listsIn(value: object): unknown[][] {
  return Object.values(value).flatMap((inner: unknown) => {
    if (Array.isArray(inner)) return inner.some(isObject) ? [inner as unknown[]] : [];
    return isObject(inner) ? listsIn(inner) : [];
  });
}

/** The rows under a path of keys. */
function rowsAt(value: unknown, path: string, file: string): readonly unknown[] {
  let at = value;
  for (const key of path.split('.')) {
    const known = isObject(at) ? Object.keys(at) : [];
    if (!isObject(at) || !(key in at)) {
      const params = { file, path, key, nearest: nearest(key, known), known: known.join(', ') };
      throw fail('source.json-path', params);
    }
    at = at[key];
  }
  return Array.isArray(at) ? (at as unknown[]) : [at];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects as rows: columns in the order in which their keys first appear. */
class Records {
  readonly #columns = new Map<string, number>();
  readonly #builder = new TextBatchBuilder(0);
  readonly #options: JsonOptions;
  #kinds: (ValueKind | null)[] = [];
  /** By column: what the objects and lists of this batch are like. */
  #nested: (NestedShape | undefined)[] = [];
  /** By column: whether values that are neither objects nor lists were seen in this batch. */
  #plain: boolean[] = [];

  constructor(options: JsonOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#builder.isFull;
  }

  addLine(text: string, line: number): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    let value: unknown;
    try {
      value = JSON.parse(trimmed);
    } catch {
      const reason = 'It is not valid JSON.';
      this.#builder.reject({ line, column: null, value: trimmed, reason });
      return;
    }
    this.add(value, line, () => trimmed);
  }

  add(value: unknown, line: number, raw: () => string): void {
    if (!isObject(value)) {
      const reason = 'It is not an object.';
      this.#builder.reject({ line, column: null, value: raw(), reason });
      return;
    }
    const entries = this.#options.flatten ? flattened(value) : Object.entries(value);
    for (const [key, item] of entries) {
      if (item === null || item === undefined) {
        this.#place(key);
        continue;
      }
      const column = this.#place(key);
      const kind = kindOf(item);
      if (typeof item === 'object') (this.#nested[column] ??= new NestedShape()).add(item);
      else this.#plain[column] = true;
      const before = this.#kinds[column];
      this.#kinds[column] =
        before === null || before === undefined || before === kind ? kind : 'text';
      const text = typeof item === 'string' ? item : JSON.stringify(item);
      this.#builder.column(column).addText(text);
    }
    this.#builder.endRow(line);
  }

  take(): TextBatch {
    const kinds = this.#kinds.map((kind) => kind ?? 'text');
    const names = uniqueNames([...this.#columns.keys()]);
    for (const [column, name] of names.entries()) {
      const shape = this.#nested[column];
      if (shape) this.#options.nested.add(name, shape);
      if (this.#plain[column]) this.#options.nested.addPlain(name);
    }
    this.#nested = [];
    this.#plain = [];
    const batch = this.#builder.take(names, kinds);
    this.#kinds = this.#kinds.map(() => null);
    return batch;
  }

  #place(key: string): number {
    const known = this.#columns.get(key);
    if (known !== undefined) return known;
    const place = this.#columns.size;
    this.#columns.set(key, place);
    this.#kinds.push(null);
    this.#builder.widen(place + 1);
    return place;
  }
}

/** Members of objects inside an object, by their keys with dots between; lists stay. */
function flattened(value: Readonly<Record<string, unknown>>, prefix = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([key, item]): [string, unknown][] =>
    isObject(item) ? flattened(item, `${prefix}${key}.`) : [[prefix + key, item]]
  );
}

function kindOf(value: unknown): ValueKind {
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'text';
}
