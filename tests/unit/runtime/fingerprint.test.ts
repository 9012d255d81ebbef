import { describe, expect, it } from 'vitest';
import type { Scalar } from '#lib/base/problem.ts';
import { rawBody, yamlBody } from '#lib/cells/core/body.ts';
import type { Cell } from '#lib/cells/core/context.ts';
import { defineKind, type CellKind } from '#lib/cells/core/define.ts';
import { text } from '#lib/cells/core/fields.ts';
import { canonicalText } from '#lib/runtime/canonical.ts';
import { fingerprint, textHash } from '#lib/runtime/fingerprint.ts';
import * as v from 'valibot';

const shared = {
  version: 1,
  title: '',
  summary: '',
  group: 'data',
  reads: () => [],
  outputs: [''],
  examples: []
} as const;
const word = text({ label: 'word', help: 'a word' });
const yaml = defineKind({
  ...shared,
  kind: 'yaml',
  mode: 'compute',
  body: yamlBody(v.object({ a: word, b: v.optional(word) }))
}) as unknown as CellKind;
const sql = defineKind({
  ...shared,
  kind: 'sql',
  mode: 'sql',
  body: rawBody('sql')
}) as unknown as CellKind;

function hash(
  kind: CellKind,
  body: string,
  params: Record<string, Scalar> = {},
  name = 'x',
  seed = 1
) {
  const { config } = kind.body.parse(body, params);
  const cell: Cell = { name, kind: kind.kind, body, config, params };
  return textHash(kind, cell, seed);
}

describe('the hash of a text', () => {
  it('does not change with comments and layout of YAML', () => {
    expect(hash(yaml, 'a: x\nb: y')).toBe(hash(yaml, '# why\nb:   "y"\n\na: x # because\n'));
  });

  it('changes with a value, a key, the name, the seed and the version', () => {
    const base = hash(yaml, 'a: x');
    const others = [
      hash(yaml, 'a: z'),
      hash(yaml, 'a: x\nb: y'),
      hash(yaml, 'a: x', {}, 'other'),
      hash(yaml, 'a: x', {}, 'x', 2),
      hash({ ...yaml, version: 2 }, 'a: x'),
      hash({ ...yaml, kind: 'else' }, 'a: x')
    ];
    expect(new Set([base, ...others]).size).toBe(7);
  });

  it('does not change with comments and white space of SQL', () => {
    expect(hash(sql, 'select 1 -- one\n  from t')).toBe(
      hash(sql, 'select /* a /* b */ */ 1\n\nfrom t\n')
    );
  });

  it('changes with the value of a parameter', () => {
    expect(hash(sql, 'select $n', { n: 1 })).not.toBe(hash(sql, 'select $n', { n: 2 }));
    expect(hash(yaml, 'a: $n', { n: 'p' })).not.toBe(hash(yaml, 'a: $n', { n: 'q' }));
  });
});

describe('canonical SQL', () => {
  it('keeps strings, quoted names and what separates words', () => {
    expect(canonicalText('sql', `select  'a  --b' as "c  d"`)).toBe(`select 'a  --b' as "c  d"`);
    expect(canonicalText('sql', 'select/**/1')).toBe('select 1');
    expect(canonicalText('sql', `select e'it\\'s --x'`)).toBe(`select e'it\\'s --x'`);
    expect(canonicalText('sql', 'select $$a  /* b */$$')).toBe('select $$a  /* b */$$');
  });

  it('is for SQL alone', () => {
    expect(canonicalText('js', 'a  -- b\r\n')).toBe('a  -- b');
  });
});

describe('a fingerprint', () => {
  const inputs = (...pairs: [string, string][]) =>
    new Map(pairs.map(([name, key]) => [name, { key }]));

  it('does not depend on the order of inputs', () => {
    expect(fingerprint('t', '', inputs(['a', '1'], ['b', '2']))).toBe(
      fingerprint('t', '', inputs(['b', '2'], ['a', '1']))
    );
  });

  it('changes with text, files and the content of any input', () => {
    const all = [
      fingerprint('t', '', inputs(['a', '1'])),
      fingerprint('u', '', inputs(['a', '1'])),
      fingerprint('t', 'm', inputs(['a', '1'])),
      fingerprint('t', '', inputs(['a', '2'])),
      fingerprint('t', '', inputs(['b', '1'])),
      fingerprint('t', '', inputs())
    ];
    expect(new Set(all).size).toBe(6);
  });
});
