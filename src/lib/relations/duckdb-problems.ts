import { nearest } from '#lib/base/nearest.ts';
import { ProblemError, type Problem, type Span } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';

/** What DuckDB says under `errors_as_json`. */
interface DuckDbError {
  readonly exception_type: string;
  readonly exception_message: string;
  readonly position?: string;
  readonly name?: string;
  readonly type?: string;
  readonly call?: string;
  readonly candidates?: string;
  readonly error_subtype?: string;
}

/** Where a failed statement came from: `prefix` characters of it were put in front of the reader's text. */
export interface Statement {
  readonly sql: string;
  readonly prefix?: number;
  /** Names of tables that could have been meant. */
  readonly tables?: readonly string[];
}

/** DuckDB's error as a problem, with the span in the reader's SQL where DuckDB knows one. */
export function problemFromDuckDb(error: unknown, statement: Statement): Problem {
  if (error instanceof ProblemError) return error.problem;
  const message = error instanceof Error ? error.message : String(error);
  const parsed = parse(message);
  if (!parsed) return problem('engine.broken', { detail: firstLine(message) });
  const span = spanOf(parsed, statement);
  const found = translate(parsed, statement);
  return span ? { ...found, span } : found;
}

function translate(error: DuckDbError, { tables = [] }: Statement): Problem {
  const detail = sentence(error.exception_message);
  const name = error.name ?? '';
  const candidates = (error.candidates ?? '').split(',').filter(Boolean);
  const extension = /exists in the (\w+) extension/.exec(error.exception_message)?.[1];
  if (extension !== undefined) {
    const what = /with name "?([^" ]+)"? is not/.exec(error.exception_message)?.[1] ?? extension;
    return problem('sql.no-extension', { name: what, extension });
  }
  switch (error.error_subtype) {
    case 'SYNTAX_ERROR':
      return problem('sql.syntax', { detail: error.exception_message.replace(/\.$/, '') });
    case 'COLUMN_NOT_FOUND':
      return problem('sql.no-column', {
        name,
        nearest: nearest(name, candidates),
        candidates: candidates.join(', ')
      });
    case 'MISSING_ENTRY':
      return error.type === 'Table' || error.type === 'View'
        ? problem('sql.no-table', {
            name,
            nearest: nearest(name, tables),
            known: tables.join(', ')
          })
        : problem('sql.no-function', { name, nearest: candidates[0] ?? '' });
    case 'NO_MATCHING_FUNCTION':
      return problem('sql.arguments', {
        call: error.call ?? name,
        candidates: candidates.slice(0, 4).join(' or ')
      });
  }
  switch (error.exception_type) {
    case 'Parser':
    case 'Syntax':
      return problem('sql.syntax', { detail: error.exception_message.replace(/\.$/, '') });
    case 'Binder': {
      const lost = /^Referenced column "(.+?)" not found/.exec(error.exception_message)?.[1];
      return lost === undefined
        ? problem('sql.binding', { detail })
        : problem('sql.no-column', { name: lost, nearest: '', candidates: '' });
    }
    case 'Conversion':
    case 'Mismatch Type':
      return problem('sql.conversion', { detail });
    case 'Out of Range':
    case 'Invalid Input':
    case 'Divide by Zero':
    case 'Constraint':
      return problem('sql.value', { detail });
    case 'Out of Memory':
      return problem('sql.out-of-memory', { detail });
    case 'Permission':
    case 'IO':
    case 'HTTP':
      return problem('sql.permission', { detail });
    case 'FATAL':
    case 'INTERNAL':
      return problem('engine.broken', { detail });
    default:
      return problem('sql.failed', { kind: error.exception_type.toLowerCase(), detail });
  }
}

function parse(message: string): DuckDbError | null {
  const start = message.indexOf('{"exception_type"');
  if (start < 0) {
    const plain = /^(?:Error: )?([A-Z][A-Za-z ]+?)(?: Error| Exception)?: (.+)$/s.exec(message);
    return plain && /error|exception/i.test(message)
      ? { exception_type: plain[1]!, exception_message: plain[2]! }
      : null;
  }
  try {
    const outer = JSON.parse(message.slice(start)) as DuckDbError;
    const inner = outer.exception_message.startsWith('{"exception_type"')
      ? parse(outer.exception_message)
      : null;
    return inner ?? outer;
  } catch {
    return { exception_type: 'Unknown', exception_message: message };
  }
}

/** DuckDB counts bytes of UTF-8 from the start of the statement. */
function spanOf(error: DuckDbError, { sql, prefix = 0 }: Statement): Span | undefined {
  if (error.position === undefined) return undefined;
  const bytes = new TextEncoder().encode(sql).subarray(0, Number(error.position));
  const offset = new TextDecoder().decode(bytes).length;
  if (offset < prefix) return undefined;
  const before = sql.slice(prefix, offset).split('\n');
  const line = before.length;
  const column = before.at(-1)!.length + 1;
  const word = /^("(?:[^"]|"")*"|[\p{L}\p{N}_]+|.)/u.exec(sql.slice(offset))?.[0] ?? '';
  return { line, column, toLine: line, toColumn: column + Math.max(1, word.length) };
}

function sentence(message: string): string {
  const line = firstLine(message);
  const capital = line.charAt(0).toUpperCase() + line.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

function firstLine(message: string): string {
  return (
    message
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? message
  );
}
