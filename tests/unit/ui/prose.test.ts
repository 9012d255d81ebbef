import markdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { imageAllowed, imageHost } from '#lib/ui/prose/images.ts';
import { inlineMath, mathRules } from '#lib/ui/prose/math.ts';
import { plainBlocks } from '#lib/ui/prose/plain.ts';
import { headings, plainInline } from '#lib/ui/prose/slug.ts';

describe('images', () => {
  it.each(['figures/map.png', './a.png', 'data:image/png;base64,AAAA', 'a%3Ab.png'])(
    'loads %s',
    (src) => {
      expect(imageAllowed(src, false)).toBe(true);
    }
  );

  it.each([
    'https://example.org/x.png',
    'http://example.org/x.png',
    '//example.org/x.png',
    '/\\example.org/x.png',
    ' https://example.org/x.png',
    'javascript:alert(1)',
    'data:text/html,<script>',
    'blob:x',
    ''
  ])('withholds %s', (src) => {
    expect(imageAllowed(src, false)).toBe(false);
  });

  it('loads another host over https only, and only when granted', () => {
    expect(imageAllowed('https://example.org/x.png', true)).toBe(true);
    expect(imageAllowed('http://example.org/x.png', true)).toBe(false);
    expect(imageAllowed('javascript:alert(1)', true)).toBe(false);
  });

  it('names the host it withheld', () => {
    expect(imageHost('https://example.org:8080/x.png')).toBe('example.org:8080');
    expect(imageHost('//cdn.example/x')).toBe('cdn.example');
  });
});

describe('mathematics', () => {
  it('tells formulas from prices', () => {
    expect(inlineMath('$x^2$ and', 0)).toEqual({ tex: 'x^2', display: false, end: 5 });
    expect(inlineMath('$5 to $10', 0)).toBeNull();
    expect(inlineMath('$ x$', 0)).toBeNull();
    expect(inlineMath('$$a$$', 0)).toEqual({ tex: 'a', display: true, end: 5 });
    expect(inlineMath(String.raw`$a\$b$`, 0)).toMatchObject({ tex: String.raw`a\$b` });
    expect(inlineMath('$$$$', 0)).toBeNull();
  });

  it('becomes placeholders that carry the escaped TeX', () => {
    const md = markdownIt({ html: true });
    mathRules(md);
    expect(md.render('a $x<y$ b')).toBe('<p>a <span data-tex="x&lt;y">x&lt;y</span> b</p>\n');
    expect(md.render('$$\na_b\n*c*\n$$\n')).toContain('data-display="1"');
    expect(md.render('$$\na_b\n*c*\n$$\n')).not.toContain('<em>');
    expect(md.render('`$x$`')).not.toContain('data-tex');
    expect(md.render('$"><img src=x onerror=alert(1)>$')).not.toContain('<img');
  });
});

describe('headings', () => {
  it('are those outside code, each with an address of its own', () => {
    const text = '# Weekly *review*\n\n```\n# not one\n```\n\n## Plan\n## Plan ##\n### 需求 预测';
    expect(headings(text)).toEqual([
      { level: 1, text: 'Weekly review', slug: 'weekly-review' },
      { level: 2, text: 'Plan', slug: 'plan' },
      { level: 2, text: 'Plan', slug: 'plan-2' },
      { level: 3, text: '需求 预测', slug: '需求-预测' }
    ]);
  });

  it('drop inline marks, but not the underscores of names', () => {
    expect(plainInline('**a** `b_c_d` [x](y) snake_case_name')).toBe('a b_c_d x snake_case_name');
  });
});

describe('plain blocks', () => {
  it('show every kind of block before the renderer is there', () => {
    const blocks = plainBlocks(
      '# T\n\npara *one*\nstill one\n\n- a\n- b\n\n> q\n\n$$\nx\n$$\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sql\nselect 1\n```\n<!-- hidden -->'
    );
    expect(blocks.map((b) => b.type)).toEqual([
      'heading',
      'paragraph',
      'list',
      'quote',
      'math',
      'table',
      'code'
    ]);
    expect(blocks[1]).toMatchObject({ text: 'para one still one' });
    expect(blocks[5]).toMatchObject({
      rows: [
        ['a', 'b'],
        ['1', '2']
      ]
    });
  });
});
