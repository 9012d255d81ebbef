import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from '#lib/notebook/parse.ts';
import { carryKeys } from '#lib/state/keys.ts';

const cell = (name: string, body = 'select 1') => `\`\`\`sql query:${name}\n${body}\n\`\`\`\n`;
const blocks = (...texts: string[]) => parse(texts.join('\n')).blocks;

function carried(before: ReturnType<typeof blocks>, after: ReturnType<typeof blocks>) {
  let next = 100;
  const keys = before.map((_, i) => `k${i}`);
  const out = carryKeys(before, keys, after, () => `k${next++}`);
  return Object.fromEntries(
    after.flatMap((block, i) => (block.type === 'cell' ? [[block.name, out[i]]] : []))
  );
}

describe('keys', () => {
  test('an edited cell keeps its key', () => {
    const before = blocks(cell('a'), cell('b'), cell('c'));
    const after = blocks(cell('a'), cell('b', 'select 2'), cell('c'));
    expect(carried(before, after)).toEqual(carried(before, before));
  });

  test('a renamed cell keeps its key', () => {
    const before = blocks(cell('a'), cell('b'), cell('c'));
    const after = blocks(cell('a'), cell('other'), cell('c'));
    expect(carried(before, after)['other']).toBe(carried(before, before)['b']);
  });

  test('cells that change places take their keys along', () => {
    const before = blocks(cell('a'), cell('b'), cell('c'));
    const after = blocks(cell('b'), cell('a'), cell('c'));
    expect(carried(before, after)).toEqual(carried(before, before));
  });

  test('an inserted cell gets a new key, the others keep theirs', () => {
    const before = blocks(cell('a'), cell('b'));
    const after = blocks(cell('a'), cell('new'), cell('b'));
    const keys = carried(before, after);
    expect(keys).toMatchObject(carried(before, before));
    expect(keys['new']).toMatch(/^k1\d\d$/);
  });

  test('a deleted cell takes its key away', () => {
    const before = blocks(cell('a'), cell('b'), cell('c'));
    const after = blocks(cell('a'), cell('c'));
    const all = carried(before, before);
    expect(carried(before, after)).toEqual({ a: all['a'], c: all['c'] });
  });

  test('keys are always one to a block and never shared', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const body = fc.constantFrom('select 1', 'select 2');
    const text = fc.array(
      fc.tuple(name, body).map(([n, b]) => cell(n, b)),
      { maxLength: 6 }
    );
    fc.assert(
      fc.property(text, text, (one, two) => {
        const before = blocks(...one);
        const after = blocks(...two);
        let next = 0;
        const keys = before.map((_, i) => `old${i}`);
        const out = carryKeys(before, keys, after, () => `new${next++}`);
        expect(out).toHaveLength(after.length);
        expect(new Set(out).size).toBe(out.length);
      })
    );
  });
});
