import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  completionStatus,
  type Completion
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
  type LanguageSupport
} from '@codemirror/language';
import { linter, type Diagnostic } from '@codemirror/lint';
import { EditorState, Prec, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags as t } from '@lezer/highlight';
import { signOf, type Complete, type CompletionItem } from './completion.ts';
import type { CodeLanguage } from './tokens.ts';

/** What the editor does on the keys that belong to the notebook. */
export interface EditorKeys {
  readonly run: () => void;
  readonly runAndNext: () => void;
  readonly runWithReaders: () => void;
  readonly escape: () => void;
}

/** The whole editor apart from the language, in the inks and measures of the page. */
export function editorSetup(options: {
  readonly keys: EditorKeys;
  readonly complete: Complete;
  readonly label: string;
}): Extension {
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of('  '),
    EditorState.tabSize.of(2),
    bracketMatching(),
    closeBrackets(),
    syntaxHighlighting(inks),
    autocompletion({
      override: [source(options.complete)],
      icons: false,
      addToOptions: [{ render: renderSign, position: 20 }],
      optionClass: () => 'qm-option',
      maxRenderedOptions: 60
    }),
    Prec.highest(keymap.of(notebookKeys(options.keys))),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...completionKeymap,
      indentWithTab
    ]),
    EditorView.contentAttributes.of({ 'aria-label': options.label, spellcheck: 'false' }),
    look
  ];
}

/** Squiggles and messages under the given places. */
export function marks(find: (text: string) => readonly Diagnostic[]): Extension {
  return linter((view) => find(view.state.doc.toString()), { delay: 100 });
}

/** Loads the grammar of a language. CSV has none. */
export async function languageSupport(language: CodeLanguage): Promise<LanguageSupport | []> {
  switch (language) {
    case 'sql': {
      const { sql, PostgreSQL } = await import('@codemirror/lang-sql');
      return sql({ dialect: PostgreSQL });
    }
    case 'yaml':
      return (await import('@codemirror/lang-yaml')).yaml();
    case 'json':
      return (await import('@codemirror/lang-json')).json();
    case 'js':
      return (await import('@codemirror/lang-javascript')).javascript();
    case 'markdown':
      return (await import('@codemirror/lang-markdown')).markdown();
    case 'csv':
      return [];
  }
}

const notebookKeys = (keys: EditorKeys) => [
  { key: 'Mod-Enter', run: () => (keys.run(), true), preventDefault: true },
  { key: 'Shift-Enter', run: () => (keys.runAndNext(), true), preventDefault: true },
  { key: 'Mod-Shift-Enter', run: () => (keys.runWithReaders(), true), preventDefault: true },
  {
    key: 'Escape',
    run: (view: EditorView) => {
      if (completionStatus(view.state) !== null) return false;
      keys.escape();
      return true;
    }
  }
];

interface QmCompletion extends Completion {
  readonly item: CompletionItem;
}

function source(complete: Complete) {
  return async (context: { state: EditorState; pos: number; explicit: boolean }) => {
    const answer = await complete({
      text: context.state.doc.toString(),
      position: context.pos,
      explicit: context.explicit
    });
    if (!answer || answer.items.length === 0) return null;
    const options = answer.items.map((item): QmCompletion => ({
      label: item.label,
      item,
      ...(item.detail === undefined ? {} : { detail: item.detail }),
      ...(item.info === undefined ? {} : { info: item.info }),
      ...(item.apply === undefined ? {} : { apply: item.apply }),
      ...(item.boost === undefined ? {} : { boost: item.boost })
    }));
    return { from: answer.from, options, validFor: /^[\p{L}\p{N}_$]*$/u };
  };
}

function renderSign(completion: Completion): Node {
  const sign = document.createElement('span');
  sign.className = 'qm-sign';
  sign.textContent = signOf((completion as QmCompletion).item);
  return sign;
}

const inks = HighlightStyle.define([
  {
    tag: [t.keyword, t.definitionKeyword, t.modifier, t.operatorKeyword, t.bool, t.null],
    color: 'var(--code-key)'
  },
  {
    tag: [t.propertyName, t.definition(t.propertyName), t.attributeName],
    color: 'var(--code-key)'
  },
  { tag: [t.string, t.special(t.string), t.regexp, t.monospace], color: 'var(--code-str)' },
  { tag: [t.number, t.literal], color: 'var(--code-num)' },
  { tag: [t.comment, t.meta, t.quote], color: 'var(--code-note)', fontStyle: 'italic' },
  { tag: t.content, color: 'var(--code-name)' },
  { tag: t.heading, color: 'var(--code-key)', fontWeight: '500' },
  { tag: t.strong, fontWeight: '500' },
  { tag: t.emphasis, fontStyle: 'italic' },
  { tag: t.url, color: 'var(--code-str)' }
]);

const look = EditorView.theme({
  '&': { color: 'var(--code-name)', backgroundColor: 'transparent', fontSize: 'var(--t-code)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--font-mono)',
    lineHeight: 'var(--l-code)',
    scrollbarWidth: 'thin'
  },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 14px 0 0' },
  '.cm-gutters': { backgroundColor: 'transparent', border: '0', color: 'var(--ink-3)' },
  '.cm-lineNumbers .cm-gutterElement': {
    minWidth: '34px',
    padding: '0',
    paddingLeft: '10px',
    textAlign: 'left',
    fontSize: '11px'
  },
  '.cm-cursor, .cm-dropCursor': { borderLeft: '2px solid var(--accent)', marginLeft: '-1px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { background: 'var(--accent-soft)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--well-2)',
    outline: '1px solid var(--edge)'
  },
  '.cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket': { color: 'var(--bad)' },
  '.cm-lintRange': { backgroundImage: 'none', paddingBottom: '0' },
  '.cm-lintRange-error': {
    textDecoration: 'underline wavy var(--bad) 1px',
    textUnderlineOffset: '4px'
  },
  '.cm-lintRange-warning': {
    textDecoration: 'underline wavy var(--wait) 1px',
    textUnderlineOffset: '4px'
  },
  '.cm-tooltip': {
    zIndex: 'var(--z-popup)',
    border: '0',
    borderRadius: 'var(--r2)',
    backgroundColor: 'var(--sheet)',
    color: 'var(--ink)',
    boxShadow: 'var(--shadow-popup)',
    font: '13px/20px var(--font-ui)'
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font-mono)',
    fontSize: '12px',
    minWidth: '276px',
    maxHeight: '236px',
    padding: '4px',
    scrollbarWidth: 'thin'
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li.qm-option': {
    display: 'flex',
    alignItems: 'center',
    gap: '10px',
    height: '28px',
    padding: '0 8px',
    borderRadius: 'var(--r1)'
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--accent-soft)',
    color: 'var(--ink)'
  },
  '.qm-sign': { width: '20px', flex: 'none', color: 'var(--ink-3)', fontSize: '11px' },
  '.cm-completionMatchedText': {
    textDecoration: 'none',
    fontWeight: '500',
    color: 'var(--accent)'
  },
  '.cm-completionDetail': {
    marginLeft: 'auto',
    fontStyle: 'normal',
    font: '12px/16px var(--font-ui)',
    color: 'var(--ink-3)'
  },
  '.cm-tooltip.cm-completionInfo': {
    width: '216px',
    maxWidth: '216px',
    padding: '10px 12px',
    font: '12px/16px var(--font-ui)',
    color: 'var(--ink-2)',
    whiteSpace: 'pre-line'
  },
  '.cm-tooltip-lint': { padding: '2px' },
  '.cm-diagnostic': { border: '0', padding: '6px 10px', maxWidth: '420px' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--bad)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--wait-line)' }
});
