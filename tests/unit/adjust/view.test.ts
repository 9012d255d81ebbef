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

/** What the view of a cell over its result says: its text, and what its attributes tell those who do not see it. */
async function words(body: string): Promise<{ text: string; told: string[] }> {
  const { config } = adjustBody.parse(body, {});
  const cell = { name: 'cover', kind: 'adjust', body, config, params: {} };
  const inputs = { baskets, safety_days: columns({ value: numeric([8], 'integer') }) };
  const ctx = { checkpoint: () => Promise.resolve() } as RunContext;
  const { report } = await (run as ComputeRun<unknown>)(cell, inputs, ctx);
  const props = { cell, outcome: { report }, actions: {} } as unknown as ViewProps;
  const { body: html } = render(View, { props });
  const shown = html.replace(/<!--.*?-->/g, '');
  const attributes = shown.matchAll(/ (?:aria-label|title|placeholder|alt)="([^"]*)"/g);
  return {
    text: plain(shown.replace(/<[^>]+>/g, ' ')),
    told: [...attributes].map(([, told]) => plain(told!))
  };
}

const plain = (text: string) =>
  text
    .replace(/&quot;/g, '"')
    .replace(/\s+/g, ' ')
    .trim();

const drifting =
  'on:\n  drift: { inputs: baskets, columns: [quantity, channel], recent: 2w }\nset: safety_days\nto: old * 2\ngate: { max_change: 50% }\ncooldown: 8w';

afterEach(() => vi.unstubAllGlobals());

test('drift stands above the decisions it led to, with every test and what it found', async () => {
  const { text, told } = await words(drifting);
  expect(text).toBe(
    [
      'safety_days is 8 now Triggers come from baskets 1 to decide on',
      'Test channel · stability index quantity · stability index quantity · Kolmogorov–Smirnov',
      'drift in 4 of 10 looks Score against threshold score threshold anomaly late or corrected',
      'Seen at 2024-04-25 00:00 drift : other shares of the values of channel: shop 23.8 %, before 70.2 % (score 0.936, threshold 0.25)',
      'drift{column="channel",method="psi"} 2024-04-14 12:00 Proposed before 8 after 12',
      'set safety_days · Gate: bounded by the greatest change, 50 %; 16 was wanted Approve Reject'
    ].join(' ')
  );
  expect(told).toEqual([
    'Drift',
    'As a table',
    'As a table',
    'Score against threshold. Left and right arrows read the values.',
    'Proposed: set safety_days, drift{column="channel",method="psi"}',
    'Chart of drift{column="channel",method="psi"}',
    'Approve the change for drift{column="channel",method="psi"}',
    'Reject the change for drift{column="channel",method="psi"}',
    'Why, for whoever reads the journal',
    'Note'
  ]);
});

test('in Chinese nothing of it is English but names', async () => {
  vi.stubGlobal('document', { documentElement: { lang: '' } });
  setLanguage('zh-CN');
  try {
    const { text, told } = await words(drifting);
    expect(text).toContain('得分与阈值');
    expect(text).toContain('关口：受最大变动 50% 限制，原要 16');
    expect(told).toHaveLength(10);
    const names =
      /drift\{[^}]*\}|Kolmogorov–Smirnov|safety_days|quantity|channel|baskets|shop|web/g;
    for (const said of [text, ...told]) expect(said.replace(names, '')).not.toMatch(/[a-z]{3}/i);
    for (const said of told) expect(said).toMatch(/[\u4e00-\u9fff]/);
  } finally {
    setLanguage('en');
  }
});
