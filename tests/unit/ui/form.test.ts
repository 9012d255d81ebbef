import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as f from '#lib/cells/core/fields.ts';
import {
  asList,
  fits,
  formFields,
  parameterOf,
  problemOf,
  splitFields,
  type Tree
} from '#lib/ui/form/model.ts';
import { fromYaml, toYaml } from '#lib/ui/form/yaml-text.ts';

const schema = v.object({
  source: f.relation({ label: 'Table', help: 'x' }),
  horizon: f.integer({ label: 'Horizon', help: 'x', min: 1 }),
  by: v.optional(f.columnList({ label: 'Series', help: 'x' })),
  level: v.optional(f.number({ label: 'Level', help: 'x', fallback: '0.95' })),
  keep: v.optional(f.boolean({ label: 'Keep', help: 'x' })),
  extra: v.optional(v.any())
});

describe('fields of a form', () => {
  const fields = formFields(schema);

  it('follow the schema', () => {
    expect(fields.map((x) => [x.key, x.info.control, x.required])).toEqual([
      ['source', 'relation', true],
      ['horizon', 'number', true],
      ['by', 'columns', false],
      ['level', 'number', false],
      ['keep', 'toggle', false],
      ['extra', 'yaml', false]
    ]);
  });

  it('keep out of sight what is neither needed nor set', () => {
    const { shown, more } = splitFields(fields, { source: 'orders', extra: { a: '1' } }, 3);
    expect(shown.map((x) => x.key)).toEqual(['source', 'horizon', 'extra']);
    expect(more.map((x) => x.key)).toEqual(['by', 'level', 'keep']);
  });

  it('fall back to YAML where the value is not what the control edits', () => {
    const info = (key: string) => fields.find((x) => x.key === key)!.info;
    expect(fits(info('horizon'), ['1'])).toBe(false);
    expect(fits(info('by'), 'sku')).toBe(true);
    expect(fits(info('by'), [{ a: 'b' }])).toBe(false);
    expect(fits(info('extra'), 'x')).toBe(false);
  });

  it('read parameters, lists and problems', () => {
    expect(parameterOf('$horizon')).toBe('horizon');
    expect(parameterOf('$5')).toBeNull();
    expect(asList('sku')).toEqual(['sku']);
    const problem = { code: 'c', severity: 'error', message: 'm', data: { key: 'by.0' } } as const;
    expect(problemOf([problem], 'by')).toBe(problem);
    expect(problemOf([problem], 'b')).toBeUndefined();
  });
});

describe('nested values as YAML', () => {
  it('come back as they went, every scalar a text', () => {
    const scalar = fc
      .string()
      .filter((s) => !/[\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufeff\ufffe\uffff]/.test(s));
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        scalar,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tie('tree'), { maxKeys: 3 })
      )
    }));
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tree, { minKeys: 1, maxKeys: 3 }),
        (value) => {
          expect(fromYaml(toYaml(value))).toEqual({ value });
        }
      )
    );
  });

  it('keep codes as they are and say why a text cannot be read', () => {
    expect(fromYaml('sku: 00123\non: 1e5')).toEqual({ value: { sku: '00123', on: '1e5' } });
    expect(fromYaml('a: [1')).toHaveProperty('why');
    expect(fromYaml(' ')).toEqual({ value: undefined });
  });
});
