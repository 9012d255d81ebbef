import { expect, test } from 'vitest';
import { supplyScore } from '../support/supply-stream.ts';

/** Aims of the design: recall 0.9 at one false alarm a series and month, found within two windows. */
test('the default detector of a monitor on feeds of orders', () => {
  const { recall, falseAlarmsPerMonth, delay } = supplyScore('novelty');
  const words = Object.entries(recall).map(([name, share]) => `${name} ${share.toFixed(2)}`);
  console.info(`Supply streams: ${words.join(', ')}; ${falseAlarmsPerMonth.toFixed(2)} false alarms a series and month; delay ${delay}`);
  for (const [name, share] of Object.entries(recall)) expect(share, name).toBeGreaterThan(0.85);
  expect(falseAlarmsPerMonth).toBeLessThan(1);
  expect(delay).toBeLessThanOrEqual(2);
});

test('seasonal keeps to the spread of each hour: nights of a shop make no noon an anomaly', () => {
  const { recall, falseAlarmsPerMonth } = supplyScore('seasonal', 4);
  for (const name of ['demand spike ×3', 'unit error ×12', 'batch sent twice', 'out of stock'])
    expect(recall[name], name).toBe(1);
  expect(falseAlarmsPerMonth).toBeLessThan(4);
});
