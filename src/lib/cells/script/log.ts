const mostLines = 200;
const mostCharacters = 2000;

/** The `console` of a script: keeps what is written, within bounds. */
export class Log {
  readonly lines: string[] = [];

  readonly log = (...values: unknown[]): void => this.#write(values);
  readonly info = this.log;
  readonly debug = this.log;
  readonly warn = this.log;
  readonly error = this.log;
  readonly table = this.log;

  #write(values: unknown[]): void {
    if (this.lines.length === mostLines)
      this.lines.push(`… after ${mostLines} lines no more are kept`);
    if (this.lines.length >= mostLines) return;
    const line = values.map(shown).join(' ');
    this.lines.push(line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line);
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value !== 'object' || value === null) return String(value);
  const table = value as { numRows?: unknown; columnNames?: unknown; objects?: unknown };
  if (typeof table.objects === 'function' && typeof table.columnNames === 'function') {
    const rows = (table.objects as (options: { limit: number }) => unknown)({ limit: 10 });
    return JSON.stringify(rows);
  }
  try {
    return JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'bigint' ? inner.toString() : inner
    );
  } catch {
    return Object.prototype.toString.call(value);
  }
}
