import { adwin } from './adwin.ts';
import { autoencoder } from './autoencoder.ts';
import { cusum } from './cusum.ts';
import { robust, zscore } from './deviation.ts';
import { difference } from './difference.ts';
import { ewma } from './ewma.ts';
import { forecast } from './forecast.ts';
import { halfSpaceTrees } from './half-space-trees.ts';
import { lstm } from './lstm.ts';
import { novelty } from './novelty.ts';
import { pageHinkley } from './page-hinkley.ts';
import { randomCutForest } from './random-cut-forest.ts';
import { seasonal } from './seasonal.ts';
import type { Method } from './stream-detector.ts';

/** Every method of a monitor's `detect`. */
export const methods = {
  novelty,
  zscore,
  robust,
  seasonal,
  ewma,
  difference,
  cusum,
  page_hinkley: pageHinkley,
  adwin,
  forecast,
  half_space_trees: halfSpaceTrees,
  random_cut_forest: randomCutForest,
  autoencoder,
  lstm
} as const satisfies Readonly<Record<string, Method>>;
