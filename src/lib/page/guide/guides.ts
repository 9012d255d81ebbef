/** A page of the guide, by its name: a document, or the README of a kind of cells. */
export interface Guide {
  readonly id: string;
  readonly load: () => Promise<string>;
}

type Texts = Readonly<Record<string, () => Promise<string>>>;

const documents: Texts = import.meta.glob<string>('/docs/*.md', {
  query: '?raw',
  import: 'default'
});
const readmes: Texts = import.meta.glob<string>('../../cells/*/README.md', {
  query: '?raw',
  import: 'default'
});

/** What a reader begins with stands first, and last what is not named here. */
const order = [
  'notebook-format',
  'live-sources',
  'alerting',
  'kept-here',
  'networks',
  'beyond-one-tab'
];

export const documentGuides: readonly Guide[] = Object.entries(documents)
  .map(([path, load]) => ({ id: path.slice('/docs/'.length, -'.md'.length), load }))
  .sort((a, b) => placeOf(a) - placeOf(b));

function placeOf({ id }: Guide): number {
  const place = order.indexOf(id);
  return place < 0 ? order.length : place;
}

export const kindGuides: readonly Guide[] = Object.entries(readmes)
  .map(([path, load]) => ({ id: path.split('/').at(-2)!, load }))
  .sort((a, b) => (a.id < b.id ? -1 : 1));

/** The page of that name; the first where there is none. */
export function guideOf(id: string): Guide {
  const all = [...documentGuides, ...kindGuides];
  return all.find((guide) => guide.id === id) ?? all[0]!;
}

/** The page that a link inside the guide leads to; undefined: it leads elsewhere. */
export function guideLinked(href: string): string | undefined {
  const found = /(?:^|\/)(?:([\w-]+)\/README|([\w-]+))\.md(?:#|$)/.exec(href);
  return found?.[1] ?? found?.[2];
}
