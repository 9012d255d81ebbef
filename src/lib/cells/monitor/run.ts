import { exactValues, sketchError } from '#lib/analytics/stream/quantile-store.ts';
import { Foretold } from '#lib/analytics/stream/foretold.ts';
import { MonitorFold, type MonitorSnapshot } from '#lib/analytics/stream/monitor-fold.ts';
import { eventTimes, timeColumn } from '#lib/analytics/stream/event-time.ts';
import { schedule } from '#lib/analytics/stream/replay.ts';
import { concat, take, type Columns } from '#lib/base/columns.ts';
import { problem } from '#lib/problems/index.ts';
import type { LiveRunOf } from '../core/define.ts';
import { freeName } from '#lib/analytics/stream/free-name.ts';
import { forecastsOf, measuredWith, type MonitorConfig } from './config.ts';
import type monitor from './index.ts';
import { publishMade } from './publish.ts';
import { Recorder, type RecorderSnapshot } from './recorder.ts';
import type { MonitorReport } from './report.ts';
import { BandRetention, keyBounds, tableBounds } from './retention.ts';
import { withTicks } from './ticks.ts';

/** Rows of a plain table folded between two chances to stop. */
const batchRows = 20_000;

const run: LiveRunOf<typeof monitor, MonitorReport> = async (cell, live, ctx) => {
  const { config, name } = cell;
  const foretold = new Map<string, Foretold>();
  for (const relation of forecastsOf(config)) {
    const { window, by } = config;
    const slide = window.kind === 'grid' ? window.slide : Number.NaN;
    foretold.set(relation, new Foretold(await live.read(relation), by, slide, relation));
  }
  const tables = new Map<string, Columns>();
  for (const relation of measuredWith(config)) tables.set(relation, await live.read(relation));
  const followed = await live.follow(config.stream, identityOf(config));
  const { clock, batches, isRunning, kept } = followed;
  const time = config.time ?? clock?.time ?? null;
  const tolerance = {
    disorder: config.disorder ?? clock?.disorder ?? 0,
    lateness: config.lateness ?? clock?.lateness ?? 0,
    partition: clock?.partition ?? null
  };
  // What a log remembers is judged by when it came, as it was then.
  const now = () => {
    const came = followed.came?.();
    return came?.remembered ? came.at : ctx.now() + live.elapsed();
  };
  /** Whether windows are told before they are out of reach, and their rows revised until then. */
  const hasBands = tolerance.lateness > 0;
  const isLive = clock?.isLive === true && isRunning === true;
  const recorder: Recorder = new Recorder(name, config, () => fold, isLive ? now : null);
  const { stale } = config;
  const isStale = (end: number) => stale !== null && (followed.came?.()?.at ?? now()) - end > stale;
  const bounds = keyBounds(config, clock, tolerance.lateness);
  const spec = { ...config, time, tolerance, isStale, bounds };
  const fold: MonitorFold = new MonitorFold(spec, config.stream, recorder, foretold, tables);
  const found = kept?.found as KeptMonitor | undefined;
  if (found) {
    fold.restore(found.fold);
    recorder.restore(found.recorder);
  }
  const bands = { corrections: new BandRetention(clock), late: new BandRetention(clock) };
  const state = (): KeptMonitor => ({ fold: fold.snapshot(), recorder: recorder.snapshot() });

  let isCrowded = false;
  const sketched = new Set<string>();
  const warn = () => {
    if (fold.refused > 0 && !isCrowded) {
      isCrowded = true;
      ctx.warn(problem('live.keys-crowded', { most: bounds!.most.toLocaleString('en') }));
    }
    for (const measure of fold.approximate) {
      if (sketched.has(measure)) continue;
      sketched.add(measure);
      const error = `${sketchError * 100} %`;
      ctx.warn(problem('live.quantile-sketch', { measure, limit: exactValues, error }));
    }
  };
  const send = async () => {
    warn();
    const made = fold.take();
    if (!made) return;
    recorder.advance(fold);
    const keeping = (column: string) => tableBounds(config, clock, column, fold.watermark);
    if (hasBands) {
      const keys = ['window_end', ...config.by, 'window_start'];
      const revision = { keys, change: lastName(made.revisions) };
      await live.revise(name, made.revisions, revision, keeping('window_end'));
      await live.settle(name, made.windows);
    } else await live.append(name, made.windows, keeping('window_end'));
    await live.append(`${name}_anomalies`, made.anomalies, keeping('window_end'));
    if (made.expected) await live.append(`${name}_expected`, made.expected, keeping('window_end'));
    if (hasBands && config.judge === 'first') {
      const keys = ['time', 'alert', ...config.by, 'state'];
      const revision = { keys, change: lastName(made.alerts) };
      await live.revise(`${name}_alerts`, made.alerts, revision, keeping('time'));
    } else await live.append(`${name}_alerts`, made.alerts, keeping('time'));
    // What a log remembers was posted when it came.
    if (config.publish && followed.came?.()?.remembered !== true)
      publishMade(live, config.publish, made, hasBands && config.judge === 'first');
    await live.append(`${name}_notifications`, recorder.outbox.take(), keeping('time'));
    for (const band of ['corrections', 'late'] as const) {
      const rows = made[band];
      // Its column of event time comes under another name where a key has that one.
      const at = freeName('time', config.by);
      const retain = bands[band].bounds(at, rows.length, fold.events, fold.watermark);
      await live.append(`${name}_${band}`, rows, retain);
    }
    live.report(recorder.report(fold));
    ctx.progress({ done: fold.events, unit: 'events' });
    await ctx.checkpoint();
  };
  const ordered = clock ? batches : inTimeOrder(batches, time, config.stream);
  const due = () => recorder.pager.due - now();
  for await (const batch of isLive ? withTicks(ordered, due, (ms) => live.sleep(ms)) : ordered) {
    const tick = batch ? followed.came?.()?.tick : undefined;
    if (tick !== undefined) fold.reach(tick);
    else if (batch) fold.push(batch);
    await send();
    // At a tick the next batch may be on its way already, and would be lost to the state.
    if (batch && kept?.isDue()) await kept.save(state());
  }
  // That the stream has ended for now closes windows for now: what is kept knows nothing of it.
  await kept?.save(state());
  fold.finish();
  recorder.finish(fold);
  await send();
  for (const { relation, matched } of [...foretold.values(), ...fold.plans]) {
    if (matched === 0 && fold.closed > 0)
      ctx.warn(problem('live.forecast-unmatched', { relation }));
  }
  if (fold.untimed > 0)
    ctx.warn(problem('live.untimed', { rows: fold.untimed, column: time ?? 'event time' }));
  for (const { what, rows } of fold.lost)
    ctx.warn(problem(what === 'counts' ? 'live.late-counts' : 'live.orders-overflow', { rows }));
  return recorder.report(fold);
};

export default run;

/** What a monitor keeps over restarts. */
interface KeptMonitor {
  readonly fold: MonitorSnapshot;
  readonly recorder: RecorderSnapshot;
}

/** Raised when what a monitor keeps has another shape, or when the same events give other rows. */
const keptVersion = 3;

/** What makes a monitor another one to its log: everything but what only mutes alerts, passes them on or keeps tables short. */
function identityOf(config: MonitorConfig): unknown {
  const { idle, keys } = config.retain;
  const others = { silences: [], inhibit: [], publish: undefined, retain: { idle, keys } };
  return [keptVersion, { ...config, ...others }];
}

function lastName(table: Columns): string {
  return table.names.at(-1)!;
}

/** A plain table was written in no order of arrival: its rows count as events in order of time. */
async function* inTimeOrder(
  batches: AsyncIterable<Columns>,
  named: string | null,
  relation: string
): AsyncGenerator<Columns> {
  const parts: Columns[] = [];
  for await (const batch of batches) parts.push(batch);
  const table = concat(parts);
  if (table.length === 0) return;
  const times = eventTimes(table, timeColumn(table, named, relation), relation);
  const { rows } = schedule(times, { jitter: 0, duplicate: 0, drop: 0 }, () => 0);
  for (let at = 0; at < rows.length; at += batchRows) {
    yield take(table, rows.subarray(at, at + batchRows));
  }
}
