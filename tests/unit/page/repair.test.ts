import { describe, expect, test } from 'vitest';
import type { Problem } from '#lib/base/problem.ts';
import { problem } from '#lib/problems/index.ts';
import { chordOf, ChordReader } from '#lib/page/chords.ts';
import { fileName } from '#lib/page/download.ts';
import { repairOf } from '#lib/page/repair.ts';
import { treeOf } from '#lib/page/tree.ts';

const key = (name: string, extra: object = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  timeStamp: 0,
  ...extra
});

describe('repair', () => {
  test('an unknown key is replaced where it stands', () => {
    const found = problem(
      'config.unknown-key',
      { key: 'sorce', nearest: 'source', known: 'source' },
      { line: 2, column: 1 }
    );
    expect(repairOf(found, '# sorce first\nsorce: orders')).toEqual({
      word: 'source',
      body: '# sorce first\nsource: orders'
    });
  });

  test('only the whole word at the place told is replaced', () => {
    const found: Problem = {
      code: 'sql.column',
      severity: 'error',
      message: '',
      span: { line: 2, column: 23 },
      data: { column: 'supplyer', nearest: 'supplier' }
    };
    const body = "select supplyers\nfrom lead_times where supplyer = 'supplyer'";
    expect(repairOf(found, body)?.body).toBe(
      "select supplyers\nfrom lead_times where supplier = 'supplyer'"
    );
  });

  test('nothing is offered without a nearest name, or where the word is not found', () => {
    const none = problem('config.unknown-key', { key: 'x', nearest: '', known: '' }, { line: 1 });
    const gone = problem('config.unknown-key', { key: 'x', nearest: 'y', known: 'y' }, { line: 1 });
    expect(repairOf(none, 'x: 1')).toBeNull();
    expect(repairOf(gone, 'z: 1')).toBeNull();
  });
});

describe('chords', () => {
  test.each([
    [key('a'), 'a'],
    [key('?', { shiftKey: true }), '?'],
    [key('Z', { shiftKey: true }), 'Z'],
    [key('Enter', { shiftKey: true }), 'Shift+Enter'],
    [key('Enter', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+Enter'],
    [key('k', { ctrlKey: true }), 'Mod+K'],
    [key('H', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+H'],
    [key('ArrowUp', { altKey: true }), 'Alt+ArrowUp']
  ])('%j is %s', (press, chord) => {
    expect(chordOf(press, false)).toBe(chord);
  });

  test('two quick presses are a sequence, two slow ones are not', () => {
    const reader = new ChordReader(700);
    expect(reader.read(key('d', { timeStamp: 0 }))).toEqual(['d']);
    expect(reader.read(key('d', { timeStamp: 300 }))).toEqual(['d d', 'd']);
    expect(reader.read(key('d', { timeStamp: 5000 }))).toEqual(['d']);
  });
});

describe('small things of the page', () => {
  test.each([
    ['Weekly supply', 'Weekly-supply'],
    ['a/b: c?', 'a-b-c'],
    ['每周供应', '每周供应'],
    ['  ', 'notebook']
  ])('the title %j makes the file name %s', (title, name) => {
    expect(fileName(title)).toBe(name);
  });

  test('a YAML body is a tree of texts, with parameters as written', () => {
    expect(treeOf('a: 00123\nb: [x, $n]')).toEqual({ a: '00123', b: ['x', '$n'] });
    expect(treeOf('')).toEqual({});
    expect(treeOf('a: [')).toBeNull();
    expect(treeOf('- 1')).toBeNull();
  });
});
