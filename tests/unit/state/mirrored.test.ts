import { expect, test } from 'vitest';
import { kinds } from '#lib/cells/registry.ts';
import { buildGraph } from '#lib/notebook/graph.ts';
import { parse } from '#lib/notebook/parse.ts';
import { mirrored } from '#lib/state/mirrored.ts';
import { withholdRequests } from '#lib/state/withhold.ts';

const text = [
  '```yaml source:plan',
  'file: plan.csv',
  '```',
  '```yaml stream:desk',
  "websocket: { url: 'ws://127.0.0.1:1' }",
  'time: at',
  '```',
  '```yaml monitor:watch',
  'stream: desk',
  'window: 1m',
  '```',
  '```yaml stream:other',
  'replay: { source: plan }',
  '```',
  '```sql query:sum',
  'select count(*) as n from watch',
  '```'
].join('\n');

test('cells that run in another tab need nothing here, not even leave to connect; the others stand as they did', () => {
  const whole = buildGraph(parse(text), kinds);
  const withheld = withholdRequests(whole);
  expect(withheld.order).not.toContain('desk');
  const graph = mirrored(withheld, whole, new Set(['desk', 'watch', 'sum', 'gone']));
  for (const id of ['desk', 'watch'])
    expect(graph.byId.get(id)).toMatchObject({
      status: 'ready',
      cell: whole.byId.get(id)!.cell,
      upstream: [],
      reads: [],
      follows: []
    });
  for (const id of ['plan', 'other', 'sum']) expect(graph.byId.get(id)).toBe(withheld.byId.get(id));
  expect(graph.order).toEqual(whole.order);
  expect(graph.cells.map(({ id }) => id)).toEqual(whole.cells.map(({ id }) => id));
  expect(mirrored(withheld, whole, new Set())).toBe(withheld);
});
