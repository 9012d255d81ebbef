import { en, type Messages } from './en.ts';
import { zhCN } from './zh-CN.ts';

export type Language = 'en' | 'zh-CN';

export const languages: readonly { readonly code: Language; readonly name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'zh-CN', name: '中文' }
];

const tables: Record<Language, Messages> = { en, 'zh-CN': zhCN };

const stored = (): Language => {
  if (typeof document === 'undefined') return 'en';
  return document.documentElement.lang.startsWith('zh') ? 'zh-CN' : 'en';
};

let current = $state<Language>(stored());

/** The messages in the reader's language; read inside a component or a derived value, so that a change redraws it. */
export function m(): Messages {
  return tables[current];
}

/** The language of the interface, as a BCP 47 tag for Intl. */
export function language(): Language {
  return current;
}

export function setLanguage(next: Language): void {
  current = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem('qm-lang', next);
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
}
