import type { Finding, Severity } from '../index.ts';
import blanks from './blanks.ts';
import cancelledOrders from './cancelled-orders.ts';
import constantColumns from './constant-columns.ts';
import datesInText from './dates-in-text.ts';
import type { Detector, Facts, Means } from './detector.ts';
import duplicateRows from './duplicate-rows.ts';
import intermittentDemand from './intermittent-demand.ts';
import leadTime from './lead-time.ts';
import missingValues from './missing-values.ts';
import negativeStock from './negative-stock.ts';
import numbersInText from './numbers-in-text.ts';
import otherScale from './other-scale.ts';
import readAsThousands from './read-as-thousands.ts';
import serviceCodes from './service-codes.ts';
import spellingVariants from './spelling-variants.ts';
import timeGaps from './time-gaps.ts';

const detectors: readonly Detector[] = [
  duplicateRows,
  cancelledOrders,
  serviceCodes,
  otherScale,
  readAsThousands,
  negativeStock,
  timeGaps,
  leadTime,
  numbersInText,
  datesInText,
  spellingVariants,
  blanks,
  missingValues,
  constantColumns,
  intermittentDemand
];

const order: readonly Severity[] = ['severe', 'moderate', 'minor', 'note'];

/** Every detector's findings, worst first; of equal severity in the order of the detectors. */
export async function detectAll(facts: Facts, means: Means): Promise<Finding[]> {
  if (facts.info.rows === 0) return [];
  const found: Finding[] = [];
  for (const detect of detectors) {
    await means.ctx.checkpoint();
    found.push(...(await detect(facts, means)));
  }
  return order.flatMap((severity) => found.filter((f) => f.severity === severity));
}
