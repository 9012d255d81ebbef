import { expect, test } from 'vitest';
import { kinds } from '#lib/cells/registry.ts';
import { parse } from '#lib/notebook/parse.ts';
import { print } from '#lib/notebook/print.ts';
import { rename } from '#lib/notebook/rename.ts';

const notebook = (monitor: string, param: string) =>
  [
    '```yaml monitor:' + monitor,
    'stream: sales',
    'window: 1h',
    '```',
    '```yaml param:' + param,
    'value: 8',
    '```',
    '```yaml adjust:safer',
    `on: ${monitor}.low_stock`,
    `set: ${param}`,
    'to: old + 1',
    '```',
    ''
  ].join('\n');

test('a monitor and a parameter keep their adjust cell when they are renamed', () => {
  const renamed = rename(parse(notebook('shop', 'days')), 'shop', 'depots', kinds);
  expect(print(renamed)).toBe(notebook('depots', 'days'));
  expect(print(rename(renamed, 'days', 'cover', kinds))).toBe(notebook('depots', 'cover'));
});
