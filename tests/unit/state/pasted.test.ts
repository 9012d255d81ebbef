import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvFromPasted } from '#lib/state/pasted.ts';

const csvOf = (text: string) => csvFromPasted(text, '')?.csv;

test('tab-separated rows become CSV, quoted where they have to be', () => {
  expect(csvOf('sku\tname\r\n0012\tMug, blue\r\n0013\t"two\nlines ""x"""\r\n')).toBe(
    'sku,name\n0012,"Mug, blue"\n0013,"two\nlines ""x"""'
  );
});

test('a short row is filled up, blank rows at the end are left out', () => {
  expect(csvOf('a\tb\n1\n2\t\n\n\n')).toBe('a,b\n1,\n2,');
});

test('a quote inside a plain cell is a letter like any other', () => {
  expect(csvOf('a\tb\n5" pipe\t1')).toBe('a,b\n"5"" pipe",1');
});

test('text without a table is none', () => {
  expect(csvFromPasted('one line', '')).toBeNull();
  expect(csvFromPasted('a\tb', '')).toBeNull();
});

test('every range of cells comes through', () => {
  const cell = fc.stringMatching(/^[a-z",\n ]{1,6}$/);
  const range = fc.array(fc.tuple(cell, cell), { minLength: 2 });
  const tsv = (v: string) => (/["\n\t]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v);
  const csv = (v: string) => (/[",\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v);
  fc.assert(
    fc.property(range, (rows) => {
      const text = rows.map((row) => row.map(tsv).join('\t')).join('\n');
      expect(csvOf(text)).toBe(rows.map((row) => row.map(csv).join(',')).join('\n'));
    })
  );
});
