import { fail } from '#lib/problems/index.ts';
import { uniqueNames } from './names.ts';
import { TextBatchBuilder, type TextBatch, type ValueKind } from './text-batch.ts';

/** One JSON value a line. A line that is not an object is a bad row; blank lines are left out. */
export async function* readNdjson(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TextBatch> {
  const records = new Records();
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

/** A JSON array of objects, an object that holds one such array, or a single object. */
export async function* readJson(
  chunks: AsyncIterable<Uint8Array>,
  file: string
): AsyncGenerator<TextBatch> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
  const records = new Records();
  for (const [i, row] of rowsOf(parse(text, file), file).entries()) {
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
    const lists = Object.values(value).filter(
      (inner): inner is unknown[] => Array.isArray(inner) && inner.some(isObject)
    );
    return lists.length === 1 ? lists[0]! : [value];
  }
  throw fail('source.json', { file, line: 1, detail: 'The file holds a single value, no rows' });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects as rows: columns in the order in which their keys first appear. */
class Records {
  readonly #columns = new Map<string, number>();
  readonly #builder = new TextBatchBuilder(0);
  #kinds: (ValueKind | null)[] = [];

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
    for (const [key, item] of Object.entries(value)) {
      if (item === null || item === undefined) {
        this.#place(key);
        continue;
      }
      const column = this.#place(key);
      const kind = kindOf(item);
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
    const batch = this.#builder.take(uniqueNames([...this.#columns.keys()]), kinds);
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

function kindOf(value: unknown): ValueKind {
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'text';
}
