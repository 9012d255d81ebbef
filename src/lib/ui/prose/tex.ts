import katex from 'katex';
import 'katex/dist/katex.min.css';

/** Draws every formula under `root` in its place; one that cannot be read stays as its text, marked. */
export function drawMath(root: ParentNode): void {
  for (const place of root.querySelectorAll<HTMLElement>('[data-tex]')) {
    katex.render(place.dataset['tex'] ?? '', place, {
      displayMode: place.dataset['display'] === '1',
      throwOnError: false,
      errorColor: 'var(--bad)',
      strict: 'ignore',
      trust: false,
      maxExpand: 500,
      maxSize: 40
    });
  }
}
