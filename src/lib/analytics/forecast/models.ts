import type { Model } from './model.ts';
import { arima } from './models/arima.ts';
import { adida } from './models/adida.ts';
import { croston } from './models/croston.ts';
import { drift } from './models/drift.ts';
import { ets } from './models/ets.ts';
import { holt } from './models/holt.ts';
import { holtWinters } from './models/holt-winters.ts';
import { movingAverage } from './models/moving-average.ts';
import { naive } from './models/naive.ts';
import { regression } from './models/regression.ts';
import { sarima } from './models/sarima.ts';
import { sba } from './models/sba.ts';
import { seasonalNaive } from './models/seasonal-naive.ts';
import { mstlEts } from './models/mstl-ets.ts';
import { ses } from './models/ses.ts';
import { theta } from './models/theta.ts';
import { tsb } from './models/tsb.ts';

/** The models fitted to one series at a time, simplest first: on a tie the simpler one is chosen. */
export const seriesModels: readonly Model[] = [
  naive,
  seasonalNaive,
  drift,
  movingAverage,
  ses,
  holt,
  holtWinters,
  ets,
  theta,
  regression,
  arima,
  sarima,
  mstlEts,
  croston,
  sba,
  tsb,
  adida
];

/** Every name that `models` takes. */
export const modelNames: readonly string[] = [
  'auto',
  ...seriesModels.map((m) => m.name),
  'ensemble',
  'lstm'
];

export function modelNamed(name: string): Model | undefined {
  return seriesModels.find((model) => model.name === name);
}
