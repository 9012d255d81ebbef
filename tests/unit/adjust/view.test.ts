import { render } from 'svelte/server';
import { afterEach, expect, test, vi } from 'vitest';
import { columns, numeric, text } from '#lib/base/columns.ts';
import { adjustBody } from '#lib/cells/adjust/config.ts';
import run from '#lib/cells/adjust/run.ts';
import View from '#lib/cells/adjust/View.svelte';
import type { ComputeRun, RunContext } from '#lib/cells/core/context.ts';
import type { ViewProps } from '#lib/cells/core/view.ts';
import { setLanguage } from '#lib/messages/messages.svelte.ts';

const day = 86_400_000;
const start = Date.UTC(2024, 2, 4);

/** Eight weeks of baskets; from the sixth on they are larger and come from another channel. */
const rows = Array.from({ length: 168 }, (_, i) => ({
  at: start + Math.floor(i / 3) * day,
  quantity: ((i * 7) % 11) + (i >= 105 ? 9 : 2),
  channel: (i % 4 === 0) === i >= 105 ? 'shop' : 'web'
}));
const baskets = columns({
  day: numeric(
    rows.map((r) => r.at),
    'date'
  ),
  quantity: numeric(rows.map((r) => r.quantity)),
  channel: text(rows.map((r) => r.channel))
});

/** The words of the view of a cell over its result. */
async function words(body: string): Promise<string> {
  const { config } = adjustBody.parse(body, {});
  const cell = { name: 'cover', kind: 'adjust', body, config, params: {} };
  const inputs = { baskets, safety_days: columns({ value: numeric([8], 'integer') }) };
  const ctx = { checkpoint: () => Promise.resolve() } as RunContext;
  const { report } = await (run as ComputeRun<unknown>)(cell, inputs, ctx);
  const props = { cell, outcome: { report }, actions: {} } as unknown as ViewProps;
  const { body: html } = render(View, { props });
  return html
    .replace(/<!--.*?-->/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

const drifting =
  'on:\n  drift: { inputs: baskets, columns: [quantity, channel], recent: 2w }\nset: safety_days\nto: old * 2\ngate: { max_change: 50% }\ncooldown: 8w';

afterEach(() => vi.unstubAllGlobals());

test('drift stands above the decisions it led to, with every test and what it found', async () => {
  const said = await words(drifting);
  expect(said).toContain('1 to decide on');
  expect(said).toContain('quantity · Kolmogorov–Smirnov');
  expect(said).toContain('Score against threshold');
  expect(said).toMatch(/drift : (median of quantity \d|other shares of the values of)/);
  expect(said).toContain('Gate: bounded by the greatest change, 50 %; 16 was wanted');
});

test('in Chinese nothing of it is English but names', async () => {
  vi.stubGlobal('document', { documentElement: { lang: '' } });
  setLanguage('zh-CN');
  const said = await words(drifting);
  setLanguage('en');
  expect(said).toContain('得分与阈值');
  expect(said).toContain('关口：受最大变动 50% 限制，原要 16');
  const names = /drift\{[^}]*\}|Kolmogorov–Smirnov|safety_days|quantity|channel|baskets|shop|web/g;
  expect(said.replace(/&quot;/g, '"').replace(names, '')).not.toMatch(/[a-z]{3}/i);
});
