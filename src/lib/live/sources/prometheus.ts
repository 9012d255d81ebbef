import type { FeedSource } from '#lib/cells/core/feed.ts';
import { fail } from '#lib/problems/index.ts';
import { addressOf, type Address } from '../address.ts';
import type { LiveEnv } from '../env.ts';
import { ask } from '../http.ts';
import type { Attempt, Frame } from '../link.ts';
import { pause } from '../pause.ts';
import type { SourceLink } from './index.ts';

type Source = Extract<FeedSource, { kind: 'prometheus' }>;

/** Points are asked for again so many steps back: samples can come late. */
const overlap = 5;
/** The most points of a series that Prometheus gives in one answer. */
const mostPoints = 10_000;

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

/**
 * Prometheus, VictoriaMetrics, Thanos and Mimir by `query_range`, at times that are multiples of the step, so that the
 * same point has the same time whenever it is asked for. Each question reaches some steps back; what was seen of a series
 * at a time is not told twice. One row a point: `time`, `value` and the labels, the metric's name as `metric`.
 */
export function prometheusLink(source: Source, env: LiveEnv, known: unknown): SourceLink {
  const address = addressOf(source.at, 'prometheus', env);
  let read = (known ?? { until: null, times: [] }) as SeenSnapshot;
  const seen: Seen = {
    until: read.until,
    times: new Map(read.times.map(([key, times]) => [key, new Set(times)]))
  };
  const onRead = () => {
    const times = [...seen.times].map(([key, steps]) => [key, [...steps]] as const);
    read = { until: seen.until, times };
  };
  return {
    host: address.host,
    quiet: true,
    reading: { format: 'json', rows: null, after: null },
    place: () => read,
    open: (attempt) => poll(source, address, env, attempt, seen, onRead)
  };
}

interface Seen {
  /** The end of the last question, in steps since 1970. */
  until: number | null;
  /** Steps seen by series, no older than the next question reaches. */
  readonly times: Map<string, Set<number>>;
}

interface SeenSnapshot {
  readonly until: number | null;
  readonly times: readonly (readonly [string, readonly number[]])[];
}

async function* poll(
  source: Source,
  address: Address,
  env: LiveEnv,
  attempt: Attempt,
  seen: Seen,
  onRead: () => void
): AsyncGenerator<Frame, void, undefined> {
  const { signal } = attempt;
  const { step } = source;
  for (let first = true; !signal.aborted; first = false) {
    const now = Math.floor(env.now() / step);
    const from =
      seen.until === null ? now - Math.floor(source.last / step) : seen.until - overlap + 1;
    const to = Math.min(now, from + mostPoints - 1);
    const series = await range(source, address, env, attempt, from, to);
    if (signal.aborted) return;
    if (first) attempt.opened();
    const rows = fresh(series, seen, step, to - overlap + 1);
    seen.until = to;
    if (rows.length > 0) yield { data: rows, onRead };
    if (to < now) continue;
    await pause((now + 1) * step - env.now() + settle, signal);
  }
}

/** Milliseconds after a step until its samples are there. */
const settle = 50;

async function range(
  { query, step }: Source,
  address: Address,
  env: LiveEnv,
  { signal }: Attempt,
  from: number,
  to: number
): Promise<readonly Series[]> {
  const url = new URL(address.url);
  if (!/\/api\/v1\/query_range$/.test(url.pathname))
    url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v1/query_range`;
  const seconds = (steps: number) => String((steps * step) / 1000);
  url.searchParams.set('query', query);
  url.searchParams.set('start', seconds(from));
  url.searchParams.set('end', seconds(to));
  url.searchParams.set('step', seconds(1));
  const { host } = address;
  const response = await ask({ address, url, env, signal, fine: [400, 422] });
  const answer = (await response.json().catch(() => null)) as {
    status?: string;
    error?: string;
    data?: { result?: readonly Series[] };
  } | null;
  if (signal.aborted) return [];
  if (answer?.status === 'error') throw fail('feed.query', { host, detail: answer.error ?? '' });
  if (!answer?.data?.result)
    throw fail('feed.media-type', { host, expected: 'answers of the Prometheus API', got: '' });
  return answer.data.result;
}

/** The points not seen before, in order of time; what lies before `keepFrom` is forgotten. */
function fresh(
  series: readonly Series[],
  seen: Seen,
  step: number,
  keepFrom: number
): Readonly<Record<string, unknown>>[] {
  const rows: { readonly time: number; readonly [column: string]: unknown }[] = [];
  const kept = new Map<string, Set<number>>();
  for (const { metric, values } of series) {
    const key = JSON.stringify(Object.entries(metric).sort());
    const before = seen.times.get(key);
    const times = new Set<number>();
    const { __name__: name, ...labels } = metric;
    for (const [seconds, text] of values) {
      const at = Math.round((seconds * 1000) / step);
      if (at >= keepFrom) times.add(at);
      if (before?.has(at) || (seen.until !== null && before && at <= seen.until - overlap))
        continue;
      const row = { time: seconds * 1000, value: valueOf(text), ...safe(labels) };
      rows.push(name === undefined ? row : { ...row, metric: name });
    }
    kept.set(key, times);
  }
  seen.times.clear();
  for (const [key, times] of kept) seen.times.set(key, times);
  return rows.sort((a, b) => a.time - b.time);
}

/** Labels that have the name of a column of ours get another. */
function safe(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [
      ['time', 'value', 'metric'].includes(name) ? `${name}_label` : name,
      value
    ])
  );
}

function valueOf(text: string): number | null {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  const value = Number(text);
  return Number.isNaN(value) ? null : value;
}
