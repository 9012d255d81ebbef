import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  duplicate,
  freeName,
  insertBlock,
  moveBlock,
  removeBlock,
  setBody,
  setFlag,
  setMetaField,
  setProse
} from '#lib/notebook/edit.ts';
import type { CellBlock, Notebook } from '#lib/notebook/model.ts';
import { parse } from '#lib/notebook/parse.ts';
import { print } from '#lib/notebook/print.ts';
import { grammarText } from '../../format/fragments.ts';

const a = '```sql query:a\nselect 1\n```\n';
const b = '````sql query:b run=manual\nselect 2\n````\n';
const page = `# Head\n\n${a}\n${b}\nEnd.\n`;
const notebook = parse(page);

function cellNames({ blocks }: Notebook): string[] {
  return blocks.flatMap((block) => (block.type === 'cell' ? [block.name] : []));
}

/** Blocks say what the file says. */
function expectConsistent(edited: Notebook): void {
  expect(edited.blocks).toEqual(parse(print(edited)).blocks);
}

describe('setBody', () => {
  test('changes the body and no other byte', () => {
    expect(print(setBody(notebook, 3, 'select 3\n'))).toBe(page.replace('select 2', 'select 3\n'));
  });

  test('the same body gives the same notebook', () => {
    expect(setBody(notebook, 1, 'select 1')).toBe(notebook);
  });

  test('writes the line ends of the cell', () => {
    const windows = parse(page.replaceAll('\n', '\r\n'));
    expect(print(setBody(windows, 1, 'x\ny'))).toBe(
      page.replace('select 1', 'x\ny').replaceAll('\n', '\r\n')
    );
  });

  test('a body with fences gets a longer one', () => {
    const edited = setBody(notebook, 1, '```\n````\nx');
    expect(edited.blocks[1]?.raw).toBe('`````sql query:a\n```\n````\nx\n`````\n');
    expect(cellNames(edited)).toEqual(['a', 'b']);
  });

  test('closes a cell that was not closed', () => {
    const edited = setBody(parse('```sql query:a\nselect'), 0, 'select 1');
    expect(print(edited)).toBe('```sql query:a\nselect 1\n```\n');
  });

  test('an empty body', () => {
    expect(setBody(notebook, 1, '').blocks[1]?.raw).toBe('```sql query:a\n```\n');
  });

  test('blocks that did not change stay the same objects', () => {
    const edited = setBody(notebook, 1, 'select 5');
    expect(edited.blocks[0]).toBe(notebook.blocks[0]);
    expect(edited.blocks[3]).toBe(notebook.blocks[3]);
  });

  test('any body is read back as set, the others stay', () => {
    fc.assert(
      fc.property(grammarText, (body) => {
        fc.pre(!/^(<{7}|={7}|>{7})/m.test(body));
        const edited = setBody(notebook, 1, body);
        const cell = edited.blocks[1] as CellBlock;
        expect(cell.body.replace(/\r\n?/g, '\n')).toBe(body.replace(/\r\n?/g, '\n'));
        expect(edited.blocks.slice(2).map((x) => x.raw)).toEqual(
          notebook.blocks.slice(2).map((x) => x.raw)
        );
        expectConsistent(edited);
      })
    );
  });
});

describe('setFlag', () => {
  test.each([
    ['run', 'off', '````sql query:b run=off'],
    ['run', undefined, '````sql query:b'],
    ['show', 'result', '````sql query:b run=manual show=result'],
    ['note', 'a `b` "c"', '````sql query:b run=manual note="a \\u0060b\\u0060 \\"c\\""']
  ])('%s to %s', (key, value, line) => {
    const edited = setFlag(notebook, 3, key, value);
    expect(edited.blocks[3]?.raw).toBe(b.replace('````sql query:b run=manual', line));
    expect((edited.blocks[3] as CellBlock).flags[key]).toBe(value);
  });
});

describe('setProse', () => {
  test('keeps the blank lines around it', () => {
    expect(print(setProse(notebook, 0, '# Other'))).toBe(page.replace('# Head', '# Other'));
    expect(print(setProse(notebook, 4, 'Last.'))).toBe(page.replace('End.', 'Last.'));
    expect(print(setProse(notebook, 2, 'Between'))).toBe(
      page.replace(`${a}\n`, `${a}\nBetween\n\n`)
    );
  });

  test('the same text changes nothing', () => {
    for (const i of [0, 2, 4])
      expect(setProse(notebook, i, notebook.blocks[i]!.raw)).toBe(notebook);
  });

  test('a cell written in prose becomes one', () => {
    const edited = setProse(notebook, 0, 'x\n\n```sql query:c\nselect 3\n```\n\ny');
    expect(cellNames(edited)).toEqual(['c', 'a', 'b']);
  });

  test('what is left open does not swallow the cells after it', () => {
    for (const text of ['```js\nopen', '~~~~\nopen', '<!-- open', '````sql query:c\nselect']) {
      expect(cellNames(setProse(notebook, 0, text)).slice(-2)).toEqual(['a', 'b']);
    }
  });

  test('text taken away leaves the cells apart', () => {
    expect(print(setProse(notebook, 2, ''))).toBe(page);
    expect(print(setProse(notebook, 0, ''))).toBe(page.replace('# Head\n\n', ''));
  });
});

describe('setMetaField', () => {
  test('makes the front matter', () => {
    expect(print(setMetaField(notebook, 'title', 'Review'))).toBe(
      `---\nquartermaster: 1\ntitle: Review\n---\n\n${page}`
    );
  });

  test('changes one line of it', () => {
    const text = `\ufeff---\r\n# kept\r\ntitle: Old # why\r\nother: [x]\r\n---\r\n${a}`;
    const edited = setMetaField(parse(text), 'title', 'New: one');
    expect(print(edited)).toBe(text.replace('Old', '"New: one"'));
    expect(edited.meta.title).toBe('New: one');
    expect(print(setMetaField(edited, 'title', undefined))).toBe(
      text.replace('title: Old # why\r\n', '')
    );
  });

  test('fills an empty one', () => {
    expect(print(setMetaField(parse('---\n---\n'), 'lang', 'zh-CN'))).toBe(
      '---\nlang: zh-CN\n---\n'
    );
  });
});

describe('insertBlock', () => {
  const c = { type: 'cell', language: 'yaml', kind: 'param', name: 'c', body: 'value: 1' } as const;
  const text = '```yaml param:c\nvalue: 1\n```\n';

  test('puts blank lines around a cell', () => {
    expect(print(insertBlock(notebook, 0, c))).toBe(`${text}\n${page}`);
    expect(print(insertBlock(notebook, 2, c))).toBe(`# Head\n\n${a}\n${text}\n${b}\nEnd.\n`);
    expect(print(insertBlock(notebook, 3, c))).toBe(`# Head\n\n${a}\n${text}\n${b}\nEnd.\n`);
    expect(print(insertBlock(notebook, 5, c))).toBe(`${page}\n${text}`);
    expect(print(insertBlock(parse(''), 0, c))).toBe(text);
    expect(print(insertBlock(parse('text'), 1, c))).toBe(`text\n\n${text}`);
  });

  test('after front matter, in its line ends', () => {
    expect(print(insertBlock(parse('---\r\ntitle: x\r\n---\r\n'), 0, c))).toBe(
      `---\r\ntitle: x\r\n---\r\n\r\n${text.replaceAll('\n', '\r\n')}`
    );
  });

  test('closes a cell, code block or comment that runs to the end', () => {
    for (const open of ['```sql query:x\nselect', '~~~\ncode', '<!-- note']) {
      expect(cellNames(insertBlock(parse(open), 1, c)).at(-1)).toBe('c');
    }
  });

  test('flags and bodies with backticks', () => {
    const flags = { run: 'manual', note: 'a b' };
    const edited = insertBlock(notebook, 0, { ...c, body: '```\nx', flags });
    expect(edited.blocks[0]?.raw).toBe('````yaml param:c run=manual note="a b"\n```\nx\n````\n');
  });

  test('prose next to prose is one block', () => {
    const edited = insertBlock(notebook, 0, { type: 'prose', text: 'First.' });
    expect(edited.blocks[0]?.raw).toBe('First.\n\n# Head\n\n');
    expect(edited.blocks).toHaveLength(notebook.blocks.length);
  });
});

describe('removeBlock', () => {
  test('leaves one blank line', () => {
    expect(print(removeBlock(notebook, 1))).toBe(`# Head\n\n${b}\nEnd.\n`);
    expect(print(removeBlock(notebook, 3))).toBe(`# Head\n\n${a}\nEnd.\n`);
    expect(print(removeBlock(notebook, 4))).toBe(`# Head\n\n${a}\n${b}`);
    expect(print(removeBlock(parse(`${a}\n${b}`), 2))).toBe(a);
    expect(print(removeBlock(parse(a), 0))).toBe('');
  });

  test('does not run two paragraphs together', () => {
    expect(print(removeBlock(parse(`one\n${a}two\n`), 1))).toBe('one\n\ntwo\n');
  });
});

describe('moveBlock', () => {
  test('up, down and to the ends', () => {
    expect(print(moveBlock(notebook, 3, 1))).toBe(`# Head\n\n${b}\n${a}\nEnd.\n`);
    expect(print(moveBlock(notebook, 1, 4))).toBe(`# Head\n\n${b}\n${a}\nEnd.\n`);
    expect(print(moveBlock(notebook, 3, 0))).toBe(`${b}\n# Head\n\n${a}\nEnd.\n`);
    expect(print(moveBlock(notebook, 1, 5))).toBe(`# Head\n\n${b}\nEnd.\n\n${a}`);
    expect(moveBlock(notebook, 1, 1)).toBe(notebook);
    expect(moveBlock(notebook, 1, 2)).toBe(notebook);
  });

  test('closes an open cell on the way', () => {
    expect(print(moveBlock(parse(`text\n\n\`\`\`sql query:x\nselect`), 1, 0))).toBe(
      '```sql query:x\nselect\n```\n\ntext\n'
    );
  });
});

describe('duplicate', () => {
  test('a cell under a free name, behind it', () => {
    expect(print(duplicate(notebook, 3))).toBe(
      page.replace(`${b}`, `${b}\n${b.replace(':b', ':b_2')}`)
    );
  });

  test('prose', () => {
    expect(duplicate(notebook, 0).blocks[0]?.raw).toBe('# Head\n\n# Head\n\n');
  });
});

test('freeName', () => {
  const taken = parse(
    '```sql query:orders\n```\n```sql query:orders_2\n```\n```sql query:Σ run=off\n```\n'
  );
  expect(freeName(taken, 'weekly')).toBe('weekly');
  expect(freeName(taken, 'Orders')).toBe('Orders_3');
  expect(freeName(taken, 'orders_2')).toBe('orders_3');
  expect(freeName(taken, 'σ')).toBe('σ_2');
  expect(freeName(taken, 'my file-1.csv')).toBe('my_file_1_csv');
  expect(freeName(taken, '2024')).toBe('_2024');
  expect(freeName(taken, '库存')).toBe('库存');
  expect(freeName(taken, '')).toBe('cell');
  expect(freeName(taken, 'x'.repeat(80))).toHaveLength(63);
});

test('edits of any notebook leave blocks that say what the file says, and lose no cell', () => {
  const edits = fc.constantFrom<(n: Notebook, i: number) => Notebook>(
    (n, i) =>
      insertBlock(n, i, {
        type: 'cell',
        language: 'sql',
        kind: 'query',
        name: 'new',
        body: 'select 1'
      }),
    (n, i) => insertBlock(n, i, { type: 'prose', text: 'text' }),
    (n, i) => moveBlock(n, i, 0),
    (n, i) => moveBlock(n, 0, i),
    (n, i) => (n.blocks[i] ? duplicate(n, i) : n)
  );
  fc.assert(
    fc.property(grammarText, edits, fc.nat(), (text, edit, at) => {
      const before = parse(text);
      const edited = edit(before, at % (before.blocks.length + 1));
      expectConsistent(edited);
      const names = cellNames(edited);
      for (const name of cellNames(before)) expect(names).toContain(name);
    }),
    { numRuns: 1000 }
  );
});
