import { createSubscriber } from 'svelte/reactivity';

export type Theme = 'light' | 'dark';

/** Follows `data-theme` and `data-contrast` of the document, whoever sets them. */
const subscribe = createSubscriber((update) => {
  const observer = new MutationObserver(update);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-contrast'] });
  return () => observer.disconnect();
});

export function theme(): Theme {
  subscribe();
  return document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
}

export function highContrast(): boolean {
  subscribe();
  return document.documentElement.dataset['contrast'] === 'more';
}

export function setTheme(next: Theme): void {
  document.documentElement.dataset['theme'] = next;
  remember('qm-theme', next);
}

export function setHighContrast(on: boolean): void {
  if (on) document.documentElement.dataset['contrast'] = 'more';
  else delete document.documentElement.dataset['contrast'];
  remember('qm-contrast', on ? 'more' : 'usual');
}

function remember(key: string, value: string) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
}
