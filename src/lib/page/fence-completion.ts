import { kinds } from '#lib/cells/registry.ts';
import { m } from '#lib/messages/messages.svelte.ts';
import type { CompletionItem, Complete } from '#lib/ui/editor/completion.ts';

/** The languages of cells, for whoever colours them. */
const languages = ['sql', 'yaml', 'json', 'js', 'csv', 'markdown'];

const values: Readonly<Record<string, readonly string[]>> = {
  run: ['auto', 'manual', 'off'],
  show: ['both', 'code', 'result', 'none'],
  refresh: ['10s', '1m', '5m', 'manual'],
  timeout: ['30s', '2m']
};

/** Completes the first line of a cell in the text of the whole notebook: language, kind, flags and their values. */
export const completeFence: Complete = ({ text, position }) => {
  const line = text.slice(text.lastIndexOf('\n', position - 1) + 1, position);
  const fence = /^`{3,}(.*)$/.exec(line)?.[1];
  if (fence === undefined) return null;
  const word = /[^\s=:]*$/.exec(fence)![0];
  const items = itemsAfter(fence.slice(0, fence.length - word.length));
  return items.length > 0 ? { from: position - word.length, items } : null;
};

function itemsAfter(lead: string): CompletionItem[] {
  if (lead === '')
    return languages.map((label) => ({ label, kind: 'keyword', apply: `${label} ` }));
  const [, kind, flag] = /^\w+\s+(?:([a-z][\w-]*):\S+\s.*?)?(?:([\w-]+)=)?$/.exec(lead) ?? [];
  if (flag !== undefined) return (values[flag] ?? []).map((label) => ({ label, kind: 'value' }));
  if (kind === undefined)
    return /^\w+\s+$/.test(lead)
      ? [...kinds.keys()].map((label) => ({ label, kind: 'key', apply: `${label}:` }))
      : [];
  const words = m().page.flags;
  const isScript = kind === 'script';
  return (Object.keys(words) as (keyof typeof words)[])
    .filter((name) => isScript || (name !== 'reads' && name !== 'timeout'))
    .filter((name) => !new RegExp(`\\s${name}=`).test(lead))
    .map((name) => ({ label: name, kind: 'key', apply: `${name}=`, info: words[name] }));
}
