import DOMPurify from 'dompurify';
import markdownIt from 'markdown-it';
import { imageAllowed, imageHost } from './images.ts';
import { mathRules } from './math.ts';
import { uniqueSlugs } from './slug.ts';
import { tokens, type CodeLanguage } from '../editor/tokens.ts';

const md = markdownIt({ html: true, linkify: false, typographer: false });
mathRules(md);
md.core.ruler.push('cell_align', (state) => {
  for (const token of state.tokens) {
    if (token.type !== 'th_open' && token.type !== 'td_open') continue;
    const align = /text-align:(\w+)/.exec(String(token.attrGet('style') ?? ''))?.[1];
    if (align) token.attrSet('align', align);
  }
});
md.renderer.rules.fence = (list, i) => {
  const token = list[i];
  if (!token) return '';
  const language = token.info.trim().split(/\s+/)[0] ?? '';
  const text = md.utils.escapeHtml(token.content.replace(/\n$/, ''));
  return language === 'mermaid'
    ? `<figure data-diagram="1"><pre>${text}</pre></figure>`
    : `<pre data-lang="${md.utils.escapeHtml(language)}"><code>${text}</code></pre>`;
};

/**
 * What a stranger's text may hold: words, tables, links, images by `imageAllowed`. No class, style or id,
 * so that it can neither look like a part of the page nor be taken for one; no form, frame, script or style.
 */
const policy = {
  FORBID_TAGS: [
    'style',
    'form',
    'input',
    'button',
    'textarea',
    'select',
    'option',
    'dialog',
    'audio',
    'video',
    'source',
    'track',
    'svg',
    'math'
  ],
  FORBID_ATTR: ['style', 'class', 'id', 'name', 'srcset', 'background', 'slot', 'popover'],
  ALLOW_DATA_ATTR: false,
  ADD_ATTR: ['data-tex', 'data-display', 'data-diagram', 'data-lang'],
  RETURN_DOM_FRAGMENT: true as const
};

export interface RenderOptions {
  readonly remoteImages: boolean;
  readonly imageWithheld: (host: string) => string;
  /** Written before the ids of headings. */
  readonly prefix: string;
}

/** Markdown as clean elements. Mathematics and diagrams are still their text, to be drawn in place. */
export function render(text: string, options: RenderOptions): DocumentFragment {
  const fragment = DOMPurify.sanitize(md.render(text), policy);
  const unique = uniqueSlugs();
  for (const heading of fragment.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    heading.id = options.prefix + unique(heading.textContent);
  }
  for (const image of fragment.querySelectorAll('img')) guardImage(image, options);
  for (const link of fragment.querySelectorAll('a[href]')) {
    if (/^https?:/i.test(link.getAttribute('href') ?? '')) {
      link.setAttribute('target', '_blank');
      link.setAttribute('rel', 'noopener noreferrer');
    }
  }
  for (const table of fragment.querySelectorAll('table')) {
    const scroll = document.createElement('div');
    scroll.className = 'scroll';
    scroll.tabIndex = 0;
    table.replaceWith(scroll);
    scroll.append(table);
  }
  for (const pre of fragment.querySelectorAll<HTMLElement>('pre[data-lang]')) ink(pre);
  return fragment;
}

function guardImage(image: HTMLImageElement, options: RenderOptions) {
  const src = image.getAttribute('src') ?? '';
  if (imageAllowed(src, options.remoteImages)) {
    image.loading = 'lazy';
    return;
  }
  const words = document.createElement('span');
  words.className = 'withheld';
  words.textContent = [image.alt, options.imageWithheld(imageHost(src))].filter(Boolean).join(' ');
  image.replaceWith(words);
}

const known: Readonly<Record<string, CodeLanguage>> = {
  sql: 'sql',
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  js: 'js',
  javascript: 'js',
  ts: 'js',
  typescript: 'js',
  csv: 'csv',
  markdown: 'markdown',
  md: 'markdown'
};

function ink(pre: HTMLElement) {
  pre.className = 'code';
  const language = known[pre.dataset['lang'] ?? ''];
  const code = pre.firstElementChild;
  if (!language || !code) return;
  const spans = tokens(code.textContent, language).map((token) => {
    if (token.ink === '') return token.text;
    const span = document.createElement('span');
    span.className = token.ink;
    span.textContent = token.text;
    return span;
  });
  code.replaceChildren(...spans);
}
