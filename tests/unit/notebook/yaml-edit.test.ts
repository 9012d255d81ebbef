import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { ProblemError } from '#lib/base/problem.ts';
import { setYamlValue } from '#lib/notebook/yaml-edit.ts';
import type { YamlValue } from '#lib/notebook/yaml-value.ts';

const body = `# what comes in
source:   weekly   # by week
time: 'week'
by: [sku, store]

# how far
horizon: $horizon
lstm:
  window: 8 # weeks
  layers: [32,16]
steps:
  - dedupe: { by: id }
  # keep
  - trim: [sku]
note: |
  two
  lines
last: 1`;

function read(text: string): Record<string, unknown> {
  return (parseYaml(text, { schema: 'failsafe' }) as Record<string, unknown> | null) ?? {};
}

/** Lines of `after` that `before` has not, and the other way round. */
function difference(before: string, after: string): string[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  return [
    ...a.filter((l) => !b.includes(l)).map((l) => `- ${l}`),
    ...b.filter((l) => !a.includes(l)).map((l) => `+ ${l}`)
  ];
}

describe('setYamlValue', () => {
  const cases: [
    why: string,
    path: (string | number)[],
    value: YamlValue | undefined,
    lines: string[]
  ][] = [
    [
      'a plain value',
      ['source'],
      'daily',
      ['- source:   weekly   # by week', '+ source:   daily   # by week']
    ],
    ['a quoted value', ['time'], 'month', ["- time: 'week'", '+ time: month']],
    ['a list', ['by'], ['sku'], ['- by: [sku, store]', '+ by: [sku]']],
    ['an item of a list', ['by', 1], 'shop', ['- by: [sku, store]', '+ by: [sku, shop]']],
    ['a further item', ['by', 2], 'region', ['- by: [sku, store]', '+ by: [sku, store, region]']],
    [
      'a nested value',
      ['lstm', 'window'],
      '12',
      ['-   window: 8 # weeks', '+   window: 12 # weeks']
    ],
    ['a new nested key', ['lstm', 'epochs'], '5', ['+   epochs: 5']],
    ['a new map', ['backtest', 'origins'], '3', ['+ backtest: { origins: 3 }']],
    ['a new key', ['value'], 'units', ['+ value: units']],
    [
      'a step',
      ['steps', 0, 'dedupe', 'by'],
      ['id', 'time'],
      ['-   - dedupe: { by: id }', '+   - dedupe: { by: [id, time] }']
    ],
    ['a further step', ['steps', 2], { filter: 'qty > 0' }, ['+   - filter: qty > 0']],
    [
      'a block of text',
      ['note'],
      'one line',
      ['- note: |', '-   two', '-   lines', '+ note: one line']
    ],
    ['several lines', ['note'], 'a\nb\n', ['-   two', '-   lines', '+   a', '+   b']],
    ['nothing for a key', ['by'], undefined, ['- by: [sku, store]']],
    ['nothing for a nested key', ['lstm', 'window'], undefined, ['-   window: 8 # weeks']],
    ['nothing for a step', ['steps', 1], undefined, ['-   - trim: [sku]']],
    ['nothing for the last key', ['last'], undefined, ['- last: 1']],
    ['nothing for what is not there', ['nowhere'], undefined, []],
    ['a code', ['last'], '00123', ['- last: 1', '+ last: 00123']],
    ['text that needs quotes', ['last'], 'a: b # c', ['- last: 1', '+ last: "a: b # c"']],
    ['SQL with quotes', ['last'], 'x: "Qty"', ['- last: 1', `+ last: 'x: "Qty"'`]]
  ];

  test.each(cases)('sets %s and nothing else', (_, path, value, lines) => {
    expect(difference(body, setYamlValue(body, path, value))).toEqual(lines);
  });

  test('an empty body, and one of comments', () => {
    expect(setYamlValue('', ['source'], 'orders')).toBe('source: orders');
    expect(setYamlValue('# why', ['source'], 'orders')).toBe('# why\nsource: orders');
    expect(setYamlValue('source: a', ['source'], undefined)).toBe('');
  });

  test('a map goes with its last key', () => {
    expect(setYamlValue('a: 1\nb:\n  c: 2\nd: 3', ['b', 'c'], undefined)).toBe('a: 1\nd: 3');
    expect(setYamlValue('a: 1\nb: { c: 2 }', ['b', 'c'], undefined)).toBe('a: 1');
  });

  test('an empty value is filled before its comment', () => {
    expect(setYamlValue('a: # why\nb: 1', ['a'], 'x')).toBe('a: x # why\nb: 1');
  });

  test('line ends stay', () => {
    expect(setYamlValue('a: 1\r\nb: 2', ['c'], '3')).toBe('a: 1\r\nb: 2\r\nc: 3');
    expect(setYamlValue('a: 1\r\nb: 2\r\nc: 3', ['b'], undefined)).toBe('a: 1\r\nc: 3');
    expect(setYamlValue('a: 1\rb: 2', ['a'], '3')).toBe('a: 3\rb: 2');
  });

  test('a list of steps is written one a line', () => {
    const steps = [{ trim: ['a'] }, { filter: 'x > 0' }];
    expect(setYamlValue('source: a', ['steps'], steps)).toBe(
      'source: a\nsteps:\n  - trim: [a]\n  - filter: x > 0'
    );
  });

  test('what is no YAML is a problem with its place', () => {
    expect(() => setYamlValue('a: [1', ['a'], '2')).toThrow(ProblemError);
    expect(() => setYamlValue('- a', ['a'], '2')).toThrow(ProblemError);
  });

  test('any text is read back as it was set, and the rest as it was', () => {
    const path = fc.constantFrom<(string | number)[]>(
      ['source'],
      ['by'],
      ['by', 0],
      ['lstm', 'window'],
      ['lstm', 'new'],
      ['steps', 1, 'trim'],
      ['note'],
      ['new'],
      ['new', 'deep']
    );
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...` :#-?,[]{}&*!|>'"%@\`\n\ta$1`) })
    );
    const value: fc.Arbitrary<YamlValue> = fc.oneof(
      text,
      fc.array(text, { maxLength: 4 }),
      fc.dictionary(
        text.filter((k) => k !== '' && k !== '__proto__'),
        text,
        { maxKeys: 3 }
      )
    );
    fc.assert(
      fc.property(path, value, (at, v) => {
        const after = read(setYamlValue(body, at, v));
        const own = at.reduce<unknown>(
          (node, key) => (node as Record<string | number, unknown>)[key],
          after
        );
        expect(own).toEqual(v);
        const before = read(body);
        for (const key of Object.keys(before))
          if (key !== at[0]) expect(after[key]).toEqual(before[key]);
      }),
      { numRuns: 200 }
    );
  });

  test('comments survive any value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (v) => {
        const after = setYamlValue(body, ['source'], v);
        for (const comment of ['# what comes in', '# by week', '# how far', '# weeks', '# keep']) {
          expect(after).toContain(comment);
        }
      })
    );
  });
});
