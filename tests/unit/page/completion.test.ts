import { describe, expect, test } from 'vitest';
import adjust from '#lib/cells/adjust/index.ts';
import type { AnySchema } from '#lib/cells/core/fields.ts';
import monitor from '#lib/cells/monitor/index.ts';
import stream from '#lib/cells/stream/index.ts';
import { completeFence } from '#lib/page/fence-completion.ts';
import { keysAt } from '#lib/page/nested-keys.ts';
import { yamlPlace } from '#lib/page/yaml-place.ts';

describe('the caret stands', () => {
  test.each([
    ['', [], null],
    ['stream: ', [], 'stream'],
    ['window:\n  ', ['window'], null],
    ['alerts:\n  - ', ['alerts'], null],
    ['alerts:\n  - name: busy\n    wh', ['alerts'], null],
    ['alerts:\n  - name: busy\n    when: ', ['alerts'], 'when'],
    ['alerts: [{ name: busy, ', ['alerts'], null],
    ['alerts:\n  - { name: "a, b", when: x > 1, fo', ['alerts'], null],
    ['detect: [{ measure: x, method: ', ['detect'], 'method'],
    ['notify:\n  routes:\n    - match: a=b\n      ', ['notify', 'routes'], null],
    ['notify:\n  routes: [{ routes: [{ ', ['notify', 'routes', 'routes'], null],
    ['notify:\n  receivers:\n    desk: { ', ['notify', 'receivers', 'desk'], null],
    ['notify:\n  group_by: [a]\n  # a word\n\n  ', ['notify'], null],
    ['mqtt: { connection: c }\n', [], null],
    ['alerts:\n- ', ['alerts'], null],
    ['alerts:\n- name: busy\n  wh', ['alerts'], null],
    ['alerts:\n- name: busy\n  when: ', ['alerts'], 'when'],
    ['alerts:\n- name: busy\n- ', ['alerts'], null],
    ['alerts:\n# a word\n\n- { name: "a, b", fo', ['alerts'], null],
    ['alerts:\n- name: busy\n', [], null],
    ['alerts:\n- name: busy\nst', [], null],
    ['notify:\n  routes:\n  - match: a=b\n    ', ['notify', 'routes'], null],
    [
      'notify:\n  routes:\n  - match: a=b\n    routes:\n    - ',
      ['notify', 'routes', 'routes'],
      null
    ],
    ['notify:\n  routes:\n  - match: a=b\n  ', ['notify'], null],
    [
      'notify:\n  routes:\n    - receiver: a\n      routes:\n        - ',
      ['notify', 'routes', 'routes'],
      null
    ],
    ['steps:\n- filter: a > 0\n- rename:\n    a: ', ['steps', 'rename'], 'a'],
    ['steps:\n  - rename:\n      ', ['steps', 'rename'], null],
    ['steps:\n- - a\n  - ', ['steps'], null]
  ] as const)('%j', (lead, path, valueOf) => {
    expect(yamlPlace(lead)).toMatchObject({ path, valueOf });
  });

  test('beside keys of the same braces', () => {
    expect([...yamlPlace('alerts: [{ name: a, when: f(b: 1), ').beside]).toEqual(['name', 'when']);
  });
});

const keys = (kind: { body: { schema?: unknown } }, ...path: string[]) =>
  keysAt(kind.body.schema as AnySchema, path).map(({ key }) => key);

test('every key of a live cell is found where it may stand', () => {
  expect(keys(monitor)).toEqual(expect.arrayContaining(['stream', 'alerts', 'notify', 'silences']));
  expect(keys(monitor, 'window')).toEqual(['size', 'slide', 'session']);
  expect(keys(monitor, 'alerts')).toEqual(
    expect.arrayContaining(['name', 'when', 'for', 'keep_firing_for', 'recover', 'no_data'])
  );
  expect(keys(monitor, 'notify', 'routes', 'routes', 'routes')).toContain('repeat_interval');
  expect(keys(monitor, 'notify', 'receivers', 'anything')).toEqual([
    'webhook',
    'alertmanager',
    'path'
  ]);
  expect(keys(stream, 'websocket')).toEqual(expect.arrayContaining(['url', 'connection', 'after']));
  expect(keys(stream, 'queue')).toEqual(expect.arrayContaining(['messages', 'policy']));
  expect(keys(adjust, 'gate')).toEqual(expect.arrayContaining(['backtest', 'max_change']));
  expect(keys(monitor, 'no such key')).toEqual([]);
  const method = keysAt(monitor.body.schema as unknown as AnySchema, ['detect']).find(
    ({ key }) => key === 'method'
  );
  expect(method!.options).toContain('novelty');
});

describe('the first line of a cell', () => {
  const offered = async (line: string) => {
    const text = `before\n${line}`;
    const answer = await completeFence({ text, position: text.length, explicit: false });
    return answer?.items.map(({ label }) => label) ?? [];
  };

  test.each([
    ['```', ['sql', 'yaml']],
    ['```yaml ', ['monitor', 'stream', 'adjust']],
    ['```sql query:now ', ['run', 'show', 'refresh']],
    ['```sql query:now run=manual re', ['show', 'refresh']],
    ['```sql query:now refresh=', ['10s', 'manual']],
    ['```js script:a ', ['reads', 'timeout']]
  ])('%s offers %j', async (line, expected) => {
    expect(await offered(line)).toEqual(expect.arrayContaining(expected));
  });

  test.each(['```sql query:', 'a sentence', '```sql query:now other='])(
    '%s offers nothing',
    async (line) => {
      expect(await offered(line)).toEqual([]);
    }
  );

  test('what stands there already is not offered again', async () => {
    expect(await offered('```sql query:now refresh=10s ')).not.toContain('refresh');
    expect(await offered('```sql query:now ')).not.toContain('reads');
  });
});
