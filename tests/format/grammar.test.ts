import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildGraph } from '#lib/notebook/graph.ts';
import { setBody } from '#lib/notebook/edit.ts';
import type { CellBlock, Notebook } from '#lib/notebook/model.ts';
import { parse } from '#lib/notebook/parse.ts';
import { print } from '#lib/notebook/print.ts';
import { readYaml } from '#lib/cells/core/yaml.ts';
import { kinds } from '../unit/notebook/kinds.ts';

function corpus(name: string): Notebook {
  return parse(readFileSync(new URL(`corpus/${name}.qm.md`, import.meta.url), 'utf8'));
}

function cellsOf(notebook: Notebook): CellBlock[] {
  return notebook.blocks.filter((b) => b.type === 'cell');
}

function namesIn(name: string): string[] {
  return cellsOf(corpus(name)).map((c) => c.name);
}

function codesOf(notebook: Notebook): string[] {
  return notebook.problems.map((p) => p.code);
}

describe('rule 1: what is a cell', () => {
  test('language, kind, name and flags stand on the fence line', () => {
    const [cell] = cellsOf(
      parse('```yaml forecast:demand run=manual show="result"\nsource: a\n```\n')
    );
    expect(cell).toMatchObject({
      language: 'yaml',
      kind: 'forecast',
      name: 'demand',
      flags: { run: 'manual', show: 'result' },
      body: 'source: a',
      bodyLine: 2,
      broken: null
    });
  });

  test('a fence without kind:name, of another language or with a space before it is prose', () => {
    expect(namesIn('not-cells')).toEqual([]);
  });

  test.each([
    ['tilde', ['a']],
    ['html-comment', ['a', 'b']],
    ['lists', ['a']],
    ['list-fence-left-open', ['a']],
    ['quotes', ['a']],
    ['indented', ['a']],
    ['paragraph-then-cell', ['a', 'b']],
    ['mathematics', ['a']]
  ])('%s', (name, names) => {
    expect(namesIn(name)).toEqual(names);
  });

  test('a longer fence holds shorter ones', () => {
    const cells = cellsOf(corpus('nested-fences'));
    expect(cells.map((c) => [c.name, c.body])).toEqual([
      ['how', '```sql query:shown\nselect 1\n```']
    ]);
  });

  test('a cell ends at a fence as long as its own, perhaps indented', () => {
    expect(cellsOf(corpus('longer-close'))[0]?.body).toBe('select 1\n``');
  });

  test('an empty body', () => {
    expect(cellsOf(corpus('empty-bodies')).map((c) => c.body)).toEqual(['', '', '\n']);
  });
});

describe('rule 2: names', () => {
  test('letters of any script, at most 63, composed', () => {
    expect(namesIn('unicode')).toEqual(['库存_周', 'caf\u00e9', 'Ωμέγα2']);
    const broken = cellsOf(corpus('names')).map((c) => c.broken);
    expect(broken).toEqual([
      'bad-name',
      'bad-name',
      'bad-name',
      null,
      null,
      'bad-name',
      'bad-flags',
      'bad-name'
    ]);
  });

  test('a duplicate, in any letter case, is an error on both', () => {
    const graph = buildGraph(corpus('duplicates'), kinds);
    expect(graph.cells.map((c) => c.problems[0]?.code)).toEqual([
      'cell.duplicate',
      'cell.duplicate'
    ]);
  });
});

describe('rule 3: YAML', () => {
  test('every scalar is the text that stands there', () => {
    const [cell] = cellsOf(corpus('codes'));
    expect(readYaml(cell!.body, {}).value).toEqual({
      sku: '00123',
      big: '12345678901234567890',
      sci: '1e5',
      hex: '0x1F',
      no: 'no',
      date: '2024-01-01',
      null: '~'
    });
  });

  test.each([
    'a: &x 1',
    'a: &x 1\nb: *x',
    'a: !!str 1',
    'a: !mine 1',
    'a: !!map { b: 1 }',
    '<<: { a: 1 }',
    '&x a: 1'
  ])('refuses %j', (body) => {
    const tree = readYaml(body, {});
    expect(tree.value).toBeNull();
    expect(tree.problems.map((p) => p.code)).toContain('config.yaml-feature');
  });
});

describe('rule 4: interpolation', () => {
  test('$name is a value in YAML; {{ is refused there and plain text in prose', () => {
    expect(readYaml('a: $n\nb: [$n]\nc: "$n"\nd: x$n', { N: 3 })).toMatchObject({
      value: { a: '3', b: ['3'], c: '$n', d: 'x$n' },
      usesParams: ['n']
    });
    const notebook = corpus('braces');
    expect(readYaml(cellsOf(notebook)[0]!.body, {}).problems[0]?.code).toBe('config.template');
    expect(notebook.problems).toEqual([]);
  });
});

describe('rule 5: nothing is lost', () => {
  test('byte-order mark, line ends and a missing final newline', () => {
    expect(corpus('bom').meta).toMatchObject({ title: 'Kept', version: 1 });
    expect(namesIn('bom-then-cell')).toEqual(['a']);
    expect(corpus('crlf').eol).toBe('\r\n');
    expect(corpus('cr-only').eol).toBe('\r');
    expect(cellsOf(corpus('cr-only')).map((c) => [c.body, c.bodyLine])).toEqual([
      ['select 1', 9],
      ['value: 3 # why', 13]
    ]);
    expect(cellsOf(corpus('cell-without-final-newline'))[0]).toMatchObject({
      broken: null,
      body: 'select 1'
    });
  });

  test('an edit of one cell leaves every other byte', () => {
    const notebook = corpus('crlf');
    const index = notebook.blocks.findIndex((b) => b.type === 'cell');
    const text = print(notebook);
    expect(print(setBody(notebook, index, 'select 2'))).toBe(text.replace('select 1', 'select 2'));
  });

  test('an unclosed cell runs to the end and is broken', () => {
    const [cell] = cellsOf(corpus('unclosed-cell'));
    expect(cell).toMatchObject({ name: 'a', broken: 'unclosed', body: 'select 1\n```\nmore' });
  });

  test('an unclosed code block or comment is warned of', () => {
    expect(codesOf(corpus('unclosed-prose-fence'))).toEqual(['notebook.fence-unclosed']);
    expect(corpus('unclosed-comment').problems).toMatchObject([
      { code: 'notebook.comment-unclosed', severity: 'warning', span: { line: 1 } }
    ]);
  });

  test('front matter that does not end, or stands around cells, is none', () => {
    expect(corpus('unclosed-front-matter').meta.raw).toBe('');
    expect(namesIn('unclosed-front-matter')).toEqual(['a']);
    expect(namesIn('rule-over-cells')).toEqual(['a']);
  });

  test('front matter that is no YAML is a problem, and the cells stand', () => {
    expect(codesOf(corpus('front-matter-broken'))).toEqual(['notebook.front-matter']);
    expect(namesIn('front-matter-broken')).toEqual(['a']);
  });

  test('very deep nesting throws nowhere', () => {
    const deep = '['.repeat(50_000);
    expect(codesOf(parse(`---\na: ${deep}\n---\n`))).toEqual(['notebook.front-matter']);
    expect(readYaml(`a: ${deep}`, {}).problems.map((p) => p.code)).toContain('config.syntax');
  });
});

describe('rule 6: the unknown', () => {
  test('kinds, keys and flags keep their bytes and do not run', () => {
    const notebook = corpus('unknown');
    const graph = buildGraph(notebook, kinds);
    expect(graph.byId.get('x')?.status).toBe('unknown-kind');
    expect(graph.order).toEqual([]);
    expect(cellsOf(notebook)[0]?.flags).toEqual({ speed: 'very fast' });
  });

  test('front-matter keys are kept', () => {
    expect(corpus('front-matter-future').meta.raw).toContain('shape: { deep: [a, b] } # kept');
  });
});

describe('rule 7: the version', () => {
  test('1 is the only one', () => {
    expect(corpus('front-matter-future').problems).toMatchObject([
      { code: 'notebook.version', data: { version: '7' } }
    ]);
    expect(corpus('front-matter-future').meta.title).toBe("It's");
    expect(codesOf(parse('---\nquartermaster: one\n---\n'))).toEqual(['notebook.version']);
    expect(parse('# No front matter').meta).toMatchObject({ version: null, seed: 1, lang: 'en' });
  });

  test('a seed that is no whole number', () => {
    const notebook = parse('---\nquartermaster: 1\nseed: 1.5\n---\n');
    expect(codesOf(notebook)).toEqual(['notebook.seed']);
    expect(notebook.meta.seed).toBe(1);
  });
});

describe('rule 8: order', () => {
  test('follows what is read, whatever the page says', () => {
    const text = '```sql query:b\nselect * from a\n```\n\n```sql query:a\nselect 1\n```\n';
    expect(buildGraph(parse(text), kinds).order).toEqual(['a', 'b']);
  });
});

describe('rule 9: conflicts', () => {
  test('inside a body, both sides are whole bodies', () => {
    const notebook = corpus('conflict-in-body');
    expect(notebook.problems).toMatchObject([
      { code: 'notebook.conflict', span: { line: 3, toLine: 7 } }
    ]);
    expect(cellsOf(notebook)[0]?.conflict).toEqual({
      ours: 'select *\nfrom x\nwhere z',
      theirs: 'select *\nfrom y\nwhere z'
    });
  });

  test('with the common ancestor between them', () => {
    expect(cellsOf(corpus('conflict-diff3'))[0]?.conflict).toEqual({
      ours: 'select 1',
      theirs: 'select 2'
    });
  });

  test('with CRLF', () => {
    expect(cellsOf(corpus('conflict-crlf'))[0]?.conflict).toEqual({
      ours: 'select 1',
      theirs: 'select 2'
    });
  });

  test('around the whole cell, and around its fence line', () => {
    for (const name of ['conflict-whole-cell', 'conflict-fence-line']) {
      const cells = cellsOf(corpus(name));
      expect(cells).toHaveLength(1);
      expect(cells[0]).toMatchObject({ name: 'a', flags: { run: 'manual' } });
    }
    expect(cellsOf(corpus('conflict-whole-cell'))[0]?.conflict).toEqual({
      ours: 'select 1',
      theirs: 'select 2'
    });
    expect(cellsOf(corpus('conflict-fence-line'))[0]?.conflict).toEqual({
      ours: 'select 1',
      theirs: 'select 1'
    });
  });

  test('two different cells are two cells', () => {
    expect(namesIn('conflict-two-cells')).toEqual(['a', 'b']);
    expect(codesOf(corpus('conflict-two-cells'))).toEqual(['notebook.conflict']);
  });

  test('that swallow a closing fence keep the rest of the page', () => {
    const notebook = corpus('conflict-swallows-close');
    expect(cellsOf(notebook)[0]?.conflict).toEqual({
      ours: 'select 1\n```\n\n```sql query:b\nselect 3',
      theirs: 'select 2'
    });
    expect(notebook.blocks.at(-1)?.raw).toBe('\nEnd\n');
  });

  test('in prose and front matter are told and break nothing', () => {
    expect(codesOf(corpus('conflict-prose'))).toEqual(['notebook.conflict']);
    expect(namesIn('conflict-prose')).toEqual(['a']);
    expect(codesOf(corpus('conflict-front-matter'))).toEqual(['notebook.conflict']);
    expect(corpus('conflict-front-matter').meta.title).toBe('Ours');
  });

  test('half a conflict is text', () => {
    expect(codesOf(corpus('conflict-half'))).toEqual([]);
    expect(namesIn('conflict-half')).toEqual(['a']);
  });

  test('setting the body settles it', () => {
    for (const name of ['conflict-in-body', 'conflict-whole-cell', 'conflict-fence-line']) {
      const notebook = corpus(name);
      const index = notebook.blocks.findIndex((b) => b.type === 'cell');
      const settled = setBody(notebook, index, 'select 3');
      expect(settled.problems).toEqual([]);
      expect(cellsOf(settled)).toMatchObject([{ name: 'a', body: 'select 3', conflict: null }]);
      expect(settled.blocks.at(-1)?.raw).toBe('\nEnd\n');
    }
  });
});

describe('rule 10: prose', () => {
  test('mathematics, tables and diagrams are prose, byte for byte', () => {
    const [prose] = corpus('mathematics').blocks;
    expect(prose?.type).toBe('prose');
    expect(prose?.raw).toContain('```mermaid\ngraph LR\n```');
  });
});

describe('flags', () => {
  test('words and JSON texts; what is wrong is said', () => {
    const cells = cellsOf(corpus('flags'));
    expect(cells[0]?.flags).toEqual({ run: 'manual', show: 'result', note: 'a "b" c' });
    expect(cells.map((c) => c.broken)).toEqual([null, 'bad-flags', 'bad-flags', 'bad-flags']);
  });
});
