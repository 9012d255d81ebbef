import type { LiveRunOf } from '../core/define.ts';
import { runFeed } from './feed-run.ts';
import type stream from './index.ts';
import { runReplay } from './replay-run.ts';
import type { StreamReport } from './report.ts';

/** Plays a table in event time, or takes events from a live source. */
const run: LiveRunOf<typeof stream, StreamReport> = (cell, live, ctx) => {
  const { replay, feed, ...common } = cell.config;
  if (feed) return runFeed({ ...common, name: cell.name, feed }, live, ctx);
  return runReplay({ ...common, ...replay!, name: cell.name }, live, ctx);
};

export default run;
