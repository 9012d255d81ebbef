import { expect, test } from 'vitest';
import { kinds } from '#lib/cells/registry.ts';
import { buildGraph } from '#lib/notebook/graph.ts';
import { parse } from '#lib/notebook/parse.ts';
import type { Connection } from '#lib/runtime/connection.ts';
import { withholdRequests } from '#lib/state/withhold.ts';
import { readConnections, writeConnections } from '#lib/storage/connections.ts';

function memory(): Storage {
  const held = new Map<string, string>();
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value)
  } as Storage;
}

const warehouse: Connection = {
  name: 'warehouse',
  kind: 'clickhouse',
  url: 'https://ch.test:8443',
  user: 'analyst',
  password: 'secret',
  database: '',
  token: ''
};

test('connections are kept whole; what is no connection is left out', () => {
  const store = memory();
  expect(readConnections(store)).toEqual([]);
  writeConnections([warehouse], store);
  expect(readConnections(store)).toEqual([warehouse]);
  store.setItem('quartermaster:connections', '[{"name": "x"}, null, 3]');
  expect(readConnections(store)).toEqual([]);
  store.setItem('quartermaster:connections', 'no JSON');
  expect(readConnections(store)).toEqual([]);
});

test('a notebook that may not ask engines says so on the cells that would, and runs the others', () => {
  const text = [
    '```yaml source:far',
    'engine: { connection: warehouse, query: SELECT 1 }',
    '```',
    '```yaml source:near',
    'file: near.csv',
    '```'
  ].join('\n');
  const graph = withholdRequests(buildGraph(parse(text), kinds));
  expect(graph.order).toEqual(['near']);
  expect(graph.byId.get('far')).toMatchObject({
    status: 'faulty',
    cell: null,
    problems: [{ code: 'trust.network', data: { address: 'warehouse' } }]
  });
});
