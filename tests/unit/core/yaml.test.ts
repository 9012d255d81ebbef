import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { jsonBody, yamlBody } from '#lib/cells/core/body.ts';
import {
  boolean,
  choice,
  choices,
  columnList,
  duration,
  fieldInfo,
  integer,
  listOf,
  map,
  nested,
  number,
  relation,
  scalar,
  text
} from '#lib/cells/core/fields.ts';
import { scanJson } from '#lib/cells/core/json.ts';
import { readYaml } from '#lib/cells/core/yaml.ts';

const words = { label: 'Label', help: 'what it is for' };

const body = yamlBody(
  v.object({
    source: relation(words),
    by: v.optional(columnList(words)),
    horizon: v.optional(integer({ ...words, min: 1, max: 26 })),
    alpha: v.optional(number({ ...words, min: 0, max: 1 })),
    gate: v.optional(boolean(words)),
    method: v.optional(choice(['zscore', 'iqr'], words)),
    models: v.optional(choices(['ses', 'holt'], words)),
    every: v.optional(duration(words)),
    lstm: v.optional(nested(v.object({ window: v.optional(integer(words)) }), words)),
    steps: v.optional(nested(listOf(v.object({ trim: v.optional(text(words)) })), words)),
    names: v.optional(map(scalar(words), words))
  }),
  (config) =>
    config.horizon === 13
      ? { key: 'horizon', detail: '13 is unlucky.', remedy: 'Take another.' }
      : null
);

type Found = readonly [code: string, line: number | undefined, column: number | undefined];

function codesOf(yaml: string): Found[] {
  return body.parse(yaml, {}).problems.map((p) => [p.code, p.span?.line, p.span?.column] as const);
}

describe('a YAML body', () => {
  test('is converted to the types of its schema', () => {
    const yaml = `source: a
by: sku
horizon: 8
alpha: 1e-1
gate: true
models: [ses, holt]
every: 1h30m
lstm: { window: 4 }
names: { a: 1.5, b: true, c: ~, d: 00123, e: 1e5, f: 12345678901234567890 }`;
    expect(body.parse(yaml, {}).config).toEqual({
      source: 'a',
      by: ['sku'],
      horizon: 8,
      alpha: 0.1,
      gate: true,
      models: ['ses', 'holt'],
      every: 5_400_000,
      lstm: { window: 4 },
      names: { a: 1.5, b: true, c: null, d: '00123', e: '1e5', f: '12345678901234567890' }
    });
  });

  test.each<[string, Found[]]>([
    ['horizon: 8', [['config.missing', 1, undefined]]],
    ['source: a\nhorizon: 27', [['config.value', 2, 10]]],
    ['source: a\nhorizon: 1.5', [['config.value', 2, 10]]],
    ['source: a\nalpha: lots', [['config.value', 2, 8]]],
    ['source: a\nmethod: zscor', [['config.value', 2, 9]]],
    ['source: a\nmodels: [ses, arma]', [['config.value', 2, 15]]],
    ['source: a\nevery: soon', [['config.value', 2, 8]]],
    ['source:', [['config.value', 1, 8]]],
    ['source: a\nhorizon: 13', [['config.combination', 2, 10]]],
    ['source: a\n\nsorce: b', [['config.unknown-key', 3, 1]]],
    ['source: a\nlstm:\n  widow: 3', [['config.unknown-key', 3, 3]]],
    ['source: a\nsteps:\n  - trim: a\n  - trin: b', [['config.unknown-key', 4, 5]]],
    ['source: a\nsource: b', [['config.syntax', 2, 1]]],
    ['source: [a', [['config.syntax', 1, 11]]],
    ['- a', [['config.syntax', 1, undefined]]],
    ['source: $nowhere', [['config.param-unknown', 1, 9]]]
  ])('%j has its problem and its place', (yaml, problems) => {
    expect(codesOf(yaml)).toEqual(problems);
  });

  test('an unknown key is a warning with the nearest, and the cell runs', () => {
    const { config, problems } = body.parse('source: a\nlstm: { windw: 3 }', {});
    expect(config).toEqual({ source: 'a', lstm: {} });
    expect(problems).toMatchObject([
      { severity: 'warning', hint: 'Did you mean `window`?', data: { key: 'lstm.windw' } }
    ]);
  });

  test('parameters are judged like written values', () => {
    expect(body.parse('source: a\nhorizon: $n', { n: 9 }).config).toMatchObject({ horizon: 9 });
    expect(body.parse('source: a\nhorizon: $n', { n: 99 }).problems[0]?.code).toBe('config.value');
  });

  test('a key such as __proto__ is a key', () => {
    expect(Object.keys(readYaml('__proto__: x', {}).value!)).toEqual(['__proto__']);
    expect(codesOf('source: a\n__proto__: x')).toEqual([['config.unknown-key', 2, 1]]);
  });

  test('lines end in any way', () => {
    expect(readYaml('a: 1\rb: 2\r\nc: 3', {}).value).toEqual({ a: '1', b: '2', c: '3' });
  });

  test('fields carry their words through optional', () => {
    expect(fieldInfo(v.optional(integer({ ...words, min: 1 })))).toMatchObject({
      control: 'number',
      label: 'Label',
      min: 1
    });
  });
});

describe('a JSON body', () => {
  test.each([
    ['{"a": 1,}', 'A comma stands before the closing brace.', 1, 9],
    ["{\n  'a': 1\n}", 'A key must stand here, in double quotes.', 2, 3],
    ['{"a" 1}', 'A colon is missing after the key.', 1, 6],
    ['{"a": 1 "b": 2}', 'A comma or `}` is missing before this.', 1, 9],
    ['{"a": [1, 2}', 'A comma or `]` is missing before this.', 1, 12],
    [
      '{"a": tru}',
      'This is not a value: texts take double quotes; numbers, true, false and null take none.',
      1,
      7
    ],
    ['{"a": "b\n"}', 'This text has no closing quote, or holds a line end.', 1, 7],
    ['{"a": 1', 'A `}` is missing at the end.', 1, 8],
    ['{} x', 'Nothing may follow the end of the value.', 1, 4],
    ['', 'There is nothing here yet.', 1, 1],
    [' [1]', 'The outermost value must be an object: { … }.', 1, 2]
  ])('%j', (json, cause, line, column) => {
    const { config, problems } = jsonBody().parse(json, {});
    expect(config).toBeNull();
    expect(problems).toMatchObject([{ code: 'config.syntax', cause, span: { line, column } }]);
  });

  test('the scanner takes what JSON.parse takes, and refuses the rest', () => {
    const texts = [
      '{"a":[{},[],-1.5e-3,null,"\\u00e9\\n"]}',
      '1',
      '"x"',
      '[]',
      '{"a":{"b":[1,{"c":2}]}}',
      '01',
      '[1,]',
      '{"a":}',
      '+1',
      '.5',
      '"\\x"',
      '[,1]',
      '{,}',
      'nul',
      '[1 2]',
      '{"a":1,"a":2}',
      '[1]]',
      '{]'
    ];
    for (const json of texts) {
      let fits = true;
      try {
        JSON.parse(json);
      } catch {
        fits = false;
      }
      expect([json, scanJson(json).fault === null]).toEqual([json, fits]);
    }
  });

  test('text values have paths and places', () => {
    const json = '{ "data": {"name": "demand"}, "layer": [1, {"x": "\\u0041"}] }';
    expect(scanJson(json).texts).toEqual([
      { path: ['data', 'name'], value: 'demand', from: 19, to: 27 },
      { path: ['layer', 1, 'x'], value: 'A', from: 49, to: 57 }
    ]);
  });
});
