import { eventTimes, timeColumn } from '#lib/analytics/stream/event-time.ts';
import { columnOf } from '#lib/analytics/stream/batch-scope.ts';
import { Intake } from '#lib/analytics/stream/intake.ts';
import { schedule, type Schedule } from '#lib/analytics/stream/replay.ts';
import { vectorOf, type Columns } from '#lib/base/columns.ts';
import { fail, problem } from '#lib/problems/index.ts';
import type { Live, RunContext } from '../core/context.ts';
import type { ReplayConfig, StreamConfig } from './config.ts';
import { paced } from './pace.ts';
import { publishLog } from './publish.ts';
import { clockReport, type StreamReport } from './report.ts';
import { retention } from './retention.ts';

/** A replay as it runs. */
type Replayed = Omit<StreamConfig, 'replay' | 'feed'> & ReplayConfig & { readonly name: string };

export async function runReplay(
  config: Replayed,
  live: Live<StreamReport>,
  ctx: RunContext
): Promise<StreamReport> {
  const { name } = config;
  const source = await live.read(config.source);
  if (vectorOf(source, 'arrival')) throw fail('live.arrival-taken', { relation: config.source });
  for (const column of Object.keys(config.schema)) columnOf(source, column, config.source);
  const time = timeColumn(source, config.time, config.source);
  const times = eventTimes(source, time, config.source);
  await ctx.checkpoint();
  const came =
    config.received === null ? times : eventTimes(source, config.received, config.source);
  const plan = schedule(times, config, ctx.random, config.from ?? -Infinity, came);
  const intake = new Intake(timed(source, time, times), times, plan, {
    ...config,
    clock: config,
    relation: config.source
  });
  const untimed = times.reduce((count, t) => count + (Number.isNaN(t) ? 1 : 0), 0);
  if (untimed > 0) ctx.warn(problem('live.untimed', { rows: untimed, column: time }));

  const send = async (start: number, end: number) => {
    const batch = intake.take(start, end);
    if (end === plan.rows.length) intake.health.finish();
    await live.append(name, batch, retention(config, intake, time));
    publishLog(live, config.publish, batch);
    await live.append(`${name}_health`, intake.health.take());
    await live.append(`${name}_quarantine`, intake.quarantined());
    live.report(reportOf(config, intake, plan, time, end));
    ctx.progress({ done: end, total: plan.rows.length, unit: 'events' });
    await ctx.checkpoint();
  };
  if (plan.rows.length === 0) await send(0, 0);
  for await (const [start, end] of paced(plan.arrivals, config.speed, live)) await send(start, end);
  return reportOf(config, intake, plan, time, plan.rows.length);
}

/** The source with its event time as a timestamp, whatever it was written as. */
function timed(source: Columns, time: string, times: Float64Array): Columns {
  if (vectorOf(source, time)?.type !== 'text') return source;
  const valid = times.some(Number.isNaN)
    ? Uint8Array.from(times, (t) => (Number.isNaN(t) ? 0 : 1))
    : null;
  const vectors = source.vectors.map((vector, i) =>
    source.names[i] === time ? { type: 'timestamp' as const, values: times, valid } : vector
  );
  return { ...source, vectors };
}

function reportOf(
  config: Replayed,
  intake: Intake,
  plan: Schedule,
  time: string,
  played: number
): StreamReport {
  const { accepted, greatest, from, to } = intake;
  const seconds = (greatest - from) / 1000;
  return {
    time,
    events: accepted,
    duplicates: intake.duplicates,
    late: intake.late,
    dropped: plan.dropped,
    watermark: accepted > 0 ? intake.clock.watermark : null,
    clock: clockReport(config, intake.clock),
    quarantined: intake.quarantine.count,
    quarantine: [...intake.quarantine.latest],
    eventTime: accepted > 0 ? greatest : null,
    rate: accepted > 0 && seconds > 0 ? accepted / seconds : 0,
    counts: intake.counts(),
    gaps: intake.health.gaps.map((gap) => ({ ...gap })),
    from: plan.rows.length > 0 ? from : null,
    to: plan.rows.length > 0 ? to : null,
    done: plan.rows.length > 0 ? played / plan.rows.length : 1,
    speed: config.speed,
    feed: null
  };
}
