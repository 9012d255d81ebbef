import { test } from 'vitest';
import { columns, numeric, text } from '#lib/base/columns.ts';
import { MonitorFold } from '#lib/analytics/stream/monitor-fold.ts';
import { parseMeasures } from '#lib/analytics/stream/measures.ts';
test('bench', () => {
  for (const [label, keys, detect, measuresText] of [
    ['no key', 0, false, { n: 'count()', s: 'sum(x)' }],
    ['8 keys', 8, false, { n: 'count()', s: 'sum(x)' }],
    ['10k keys', 10000, false, { n: 'count()', s: 'sum(x)' }],
    ['10k keys detect', 10000, true, { n: 'count()', s: 'sum(x)' }],
    ['8 keys expr', 8, false, { n: 'count()', s: 'sum(x * y)', q: 'quantile(x, 0.9)' }],
  ] as const) {
    const N = 2_000_000, B = 10_000;
    const batches = [];
    for (let b = 0; b < N / B; b++) {
      const t = new Float64Array(B), x = new Float64Array(B), k: string[] = [];
      for (let i = 0; i < B; i++) { const e = b * B + i; t[i] = e * 1.8 - (e % 20 === 0 ? 5000 * Math.random() : 0); x[i] = i % 50; k.push('k' + ((e * 7919) % Math.max(1, keys))); }
      batches.push(columns({ at: { type: 'timestamp', values: t, valid: null }, k: text(k), x: { type: 'number', values: x, valid: null }, y: { type: 'number', values: x, valid: null } }));
    }
    const fold = new MonitorFold({ time: 'at', tolerance: { disorder: 10_000, lateness: 0 }, by: keys ? ['k'] : [], window: { kind: 'grid', size: 60_000, slide: 60_000 }, measures: parseMeasures(measuresText), detectors: detect ? [{ measure: 'n', method: 'robust', threshold: null, falseAlarms: null, history: 30, season: 0 }] : [], rules: [] }, 'x');
    const t0 = performance.now();
    for (const b of batches) { fold.push(b); fold.take(); }
    fold.finish();
    const ms = performance.now() - t0;
    console.log(label, Math.round(N / ms * 1000).toLocaleString(), 'events/s', fold.closed, 'windows');
  }
}, 120000);
