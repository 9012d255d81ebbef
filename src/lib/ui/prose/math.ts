import type { MarkdownIt } from 'markdown-it';

/**
 * `$…$` and `$$…$$` as placeholders that carry the TeX; what draws them comes later. The rules of dollar signs
 * are Pandoc's: an opening one has a letter to its right, a closing one none to its left and no digit after it,
 * so that prices stay prices.
 */
export function mathRules(md: MarkdownIt): void {
  md.inline.ruler.after('escape', 'math', (state, silent) => {
    const found = inlineMath(state.src, state.pos, state.posMax);
    if (!found) return false;
    if (!silent) {
      const token = state.push('math', 'span', 0);
      token.content = found.tex;
      token.meta = { display: found.display };
    }
    state.pos = found.end;
    return true;
  });
  md.block.ruler.after(
    'fence',
    'math_block',
    (state, startLine, endLine, silent) => {
      const from = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
      if (!state.src.startsWith('$$', from)) return false;
      for (let line = startLine; line < endLine; line++) {
        const to = state.eMarks[line] ?? 0;
        const text = state.src.slice(from, to).trimEnd();
        if (line > startLine && state.isEmpty(line)) return false;
        if (text.length < 5 || !text.endsWith('$$')) continue;
        if (silent) return true;
        const token = state.push('math', 'div', 0);
        token.block = true;
        token.content = text.slice(2, -2).trim();
        token.meta = { display: true };
        token.map = [startLine, line + 1];
        state.line = line + 1;
        return true;
      }
      return false;
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] }
  );
  md.renderer.rules['math'] = (list, i) => {
    const token = list[i];
    if (!token) return '';
    const tex = md.utils.escapeHtml(token.content);
    const display = (token.meta as { display: boolean }).display;
    const tag = token.block ? 'div' : 'span';
    return `<${tag} data-tex="${tex}"${display ? ' data-display="1"' : ''}>${tex}</${tag}>`;
  };
}

/** The mathematics that starts at `at`, if any. */
export function inlineMath(
  src: string,
  at: number,
  max = src.length
): { readonly tex: string; readonly display: boolean; readonly end: number } | null {
  if (src[at] !== '$') return null;
  const display = src[at + 1] === '$';
  const mark = display ? '$$' : '$';
  const start = at + mark.length;
  if (!display && /\s/.test(src[start] ?? ' ')) return null;
  for (
    let end = src.indexOf(mark, start);
    end >= 0 && end < max;
    end = src.indexOf(mark, end + 1)
  ) {
    if (src[end - 1] === '\\') continue;
    if (!display && (/\s/.test(src[end - 1] ?? ' ') || /\d/.test(src[end + 1] ?? ''))) continue;
    if (end === start) return null;
    return { tex: src.slice(start, end).trim(), display, end: end + mark.length };
  }
  return null;
}
