import type { Candidate } from '#lib/analytics/forecast/backtest.ts';
import type { SeriesTask } from '#lib/analytics/forecast/fit-series.ts';
import type { TrainedWeights } from '#lib/analytics/forecast/network-engine.ts';
import type { SeedTraining } from '#lib/analytics/forecast/train-seeds.ts';
import type { PartRun } from '#lib/cells/core/context.ts';
import { fitFew } from './fit-few.ts';
import { trainSeed } from './train-seed.ts';

type Task = readonly SeriesTask[] | SeedTraining;
type Answer = readonly (readonly Candidate[])[] | TrainedWeights;

/** The parts of a forecast that any worker can do: a few series to fit, or a network to train. */
const part: PartRun<Task, Answer> = (payload, ctx) =>
  'training' in payload ? trainSeed(payload, ctx) : fitFew(payload, ctx);

export default part;
