import { parse } from '#lib/notebook/parse.ts';

/** What the gallery shows of a notebook that comes with the workbench. */
export interface Shipped {
  /** Its file name without the ending; `notebook/?open=slug` opens it. */
  readonly slug: string;
  readonly title: string;
  /** Its first sentence. */
  readonly summary: string;
  readonly cells: number;
  /** The kinds it shows, the most telling ones first. */
  readonly facts: readonly string[];
  /** The one that "Start here" opens. */
  readonly lead: boolean;
}

const files = import.meta.glob<string>('../../../notebooks/*.qm.md', {
  query: '?raw',
  import: 'default',
  eager: true
});

const texts = new Map(
  Object.entries(files).map(([path, text]) => [
    path.slice(path.lastIndexOf('/') + 1).replace(/\.qm\.md$/, ''),
    text
  ])
);

const lead = 'weekly-supply';

/** Kinds in the order of what they tell about a notebook; those everyone uses say nothing. */
const telling = [
  'monitor',
  'forecast',
  'stream',
  'anomaly',
  'inventory',
  'optimize',
  'simulate',
  'cluster',
  'rules',
  'clean',
  'trend',
  'check',
  'chart',
  'script'
];

/** The notebooks that come with the workbench, the lead one first, then by title. */
export const shipped: readonly Shipped[] = [...texts]
  .map(([slug, text]) => describe(slug, text))
  .sort((a, b) => Number(b.lead) - Number(a.lead) || a.title.localeCompare(b.title));

/** The text of a shipped notebook, or undefined. */
export function shippedText(slug: string): string | undefined {
  return texts.get(slug);
}

function describe(slug: string, text: string): Shipped {
  const notebook = parse(text);
  const cells = notebook.blocks.filter((block) => block.type === 'cell');
  const kinds = new Set(cells.map((cell) => cell.kind));
  return {
    slug,
    title: notebook.meta.title || slug,
    summary: firstSentence(
      notebook.blocks
        .filter((block) => block.type === 'prose')
        .map((block) => block.raw)
        .join('\n')
    ),
    cells: cells.length,
    facts: telling.filter((kind) => kinds.has(kind)).slice(0, 4),
    lead: slug === lead
  };
}

function firstSentence(prose: string): string {
  const paragraph = prose
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .find((part) => /^[\p{L}\p{N}*_]/u.test(part));
  return /^.*?[.。?？](?=\s|$)/s.exec(paragraph ?? '')?.[0].replace(/\s+/g, ' ') ?? paragraph ?? '';
}
