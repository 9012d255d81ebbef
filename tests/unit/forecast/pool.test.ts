import { expect, test } from 'vitest';
import { columns, numeric, text } from '#lib/base/columns.ts';
import { seeded } from '#lib/base/random.ts';
import kind from '#lib/cells/forecast/index.ts';
import part from '#lib/cells/forecast/part.ts';
import run from '#lib/cells/forecast/run.ts';
import type { Helpers } from '#lib/cells/core/context.ts';
import { ipcFromColumns } from '#lib/relations/arrow.ts';
import { runKind } from './harness.ts';

const demand = (() => {
  const random = seeded(4);
  const rows = Array.from({ length: 20 * 30 }, (_, i) => ({
    sku: `s${i % 20}`,
    t: Math.floor(i / 20)
  }));
  return columns({
    sku: text(rows.map((r) => r.sku)),
    week: numeric(
      rows.map((r) => r.t),
      'integer'
    ),
    units: numeric(rows.map((r) => 20 + (r.t % 4) * 3 + 5 * random()))
  });
})();

/** Workers as they are over a channel: what goes there and back is copied, and they finish when they like. */
function helpers(count: number, hears: () => void): Helpers {
  const random = seeded(count);
  return {
    count,
    async ask(payload) {
      hears();
      await new Promise((resolve) => setTimeout(resolve, 5 * random()));
      if (random() < 0.1) return null;
      const context = { checkpoint: async () => {}, note: () => undefined };
      const answer = await part(structuredClone(payload) as never, context);
      return { answer: structuredClone(answer) };
    }
  };
}

test('the tables and the report are the same bytes whatever the number of workers', async () => {
  const body = 'source: demand\ntime: week\nvalue: units\nby: sku\nseason: 4\nhorizon: 3';
  const results = [];
  for (const count of [0, 1, 3]) {
    let asked = 0;
    const more = count === 0 ? {} : { helpers: helpers(count, () => asked++) };
    const { tables, report } = await runKind(kind, run, body, { demand }, undefined, more);
    expect(asked > 0).toBe(count > 0);
    results.push({
      report,
      bytes: Object.values(tables).map((t) => Buffer.from(ipcFromColumns(t)).toString('base64'))
    });
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});
