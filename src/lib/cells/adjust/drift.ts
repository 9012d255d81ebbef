import { columns, numeric, take, text, type Columns } from '#lib/base/columns.ts';
import { driftOf } from '#lib/analytics/drift/drift-of.ts';
import type { DriftFinding } from '#lib/analytics/drift/findings.ts';
import { eventTimes, timeColumn } from '#lib/analytics/stream/event-time.ts';
import type { Span } from '#lib/base/problem.ts';
import type { DriftConfig } from './drift-config.ts';
import { driftWords } from './drift-words.ts';
import { forecastErrors } from './forecast-errors.ts';

/** What was found at one time about the rows before it. */
export interface DriftLook {
  readonly time: number;
  readonly findings: readonly DriftFinding[];
}

const looksPerWindow = 4;
const mostLooks = 120;

/** Errors or inputs in order of time. */
interface Watched {
  readonly times: Float64Array;
  readonly table: Columns;
  readonly error?: string;
  readonly inputs?: readonly string[];
}

/**
 * Looks for drift four times in each `recent` span, at fixed times (multiples of a quarter of it since 1970), the last
 * 120 of them: the same rows give the same looks, and later rows add some. A look at a time compares the rows of the
 * recent span before it with those before that. O(looks · n log n).
 */
export async function lookForDrift(
  config: DriftConfig,
  tables: Readonly<Record<string, Columns>>,
  span: Span | undefined,
  checkpoint: () => Promise<void>
): Promise<DriftLook[]> {
  const watched = watchedIn(config, tables, span);
  const ends = watched.map(({ times }) => times.at(-1)).filter((t) => t !== undefined);
  if (ends.length === 0) return [];
  const first = Math.min(...watched.flatMap(({ times }) => times[0] ?? []));
  const every = Math.max(1, Math.round(config.recent / looksPerWindow));
  const last = Math.floor(Math.max(...ends) / every);
  const from = Math.max(last - mostLooks + 1, Math.ceil((first + config.recent) / every));
  const looks: DriftLook[] = [];
  for (let k = from; k <= last; k++) {
    await checkpoint();
    const time = k * every;
    const findings = watched.flatMap((part) => findingsAt(time, part, config));
    if (findings.length > 0) looks.push({ time, findings });
  }
  return looks;
}

function watchedIn(
  { forecast, actual, inputs }: DriftConfig,
  tables: Readonly<Record<string, Columns>>,
  span: Span | undefined
): Watched[] {
  const parts: Watched[] = [];
  if (forecast !== null) {
    const source = {
      name: forecast,
      ahead: tables[forecast]!,
      backtest: tables[`${forecast}_backtest`]!
    };
    const came = actual && { ...actual, table: tables[actual.relation]! };
    const { times, errors } = forecastErrors(source, came, span);
    parts.push({ times, table: columns({ error: numeric(errors) }), error: 'error', inputs: [] });
  }
  if (inputs) {
    const table = tables[inputs.relation]!;
    const times = eventTimes(
      table,
      timeColumn(table, inputs.time, inputs.relation),
      inputs.relation
    );
    const order = Int32Array.from(times, (_, row) => row).filter(
      (row) => !Number.isNaN(times[row]!)
    );
    order.sort((a, b) => times[a]! - times[b]! || a - b);
    parts.push({
      times: Float64Array.from(order, (row) => times[row]!),
      table: take(table, order),
      ...(inputs.columns ? { inputs: inputs.columns } : {})
    });
  }
  return parts;
}

function findingsAt(
  time: number,
  { times, table, error, inputs }: Watched,
  { recent, reference, psi, alpha, rows }: DriftConfig
): DriftFinding[] {
  const from = firstAt(times, time - recent);
  const before = range(firstAt(times, time - recent - reference), from);
  const now = range(from, firstAt(times, time));
  return driftOf(take(table, before), take(table, now), {
    ...(error === undefined ? {} : { error }),
    ...(inputs === undefined ? {} : { inputs }),
    psi,
    alpha,
    leastRows: rows
  });
}

function range(from: number, to: number): Int32Array {
  return Int32Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** The first entry at or after a time. */
function firstAt(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** NAME_drift: every test of every look. */
export function driftTable(looks: readonly DriftLook[]): Columns {
  const rows = looks.flatMap(({ time, findings }) => findings.map((f) => ({ time, f })));
  const figures = (key: 'before' | 'now') =>
    numeric(rows.map(({ f }) => figureOf(f.evidence, key)));
  return columns({
    time: numeric(
      rows.map((r) => r.time),
      'timestamp'
    ),
    subject: text(rows.map(({ f }) => f.subject)),
    column: text(rows.map(({ f }) => f.column)),
    method: text(rows.map(({ f }) => f.method)),
    score: numeric(rows.map(({ f }) => f.score)),
    threshold: numeric(rows.map(({ f }) => (Number.isFinite(f.threshold) ? f.threshold : null))),
    drifted: {
      type: 'boolean',
      values: Uint8Array.from(rows, ({ f }) => (f.drifted ? 1 : 0)),
      valid: null
    },
    before: figures('before'),
    now: figures('now'),
    rows: numeric(
      rows.map(({ f }) => f.evidence.rows),
      'integer'
    ),
    evidence: text(rows.map(({ f }) => driftWords(f)))
  });
}

/** What a column was like, and is: means of errors, medians of numbers; null where shares are all there is. */
export function figureOf(evidence: DriftFinding['evidence'], key: 'before' | 'now'): number | null {
  if (evidence.code === 'shares-moved') return null;
  if (evidence.code === 'biased') return key === 'now' ? evidence.now : null;
  return evidence[key];
}
