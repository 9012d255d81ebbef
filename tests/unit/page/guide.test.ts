import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { en } from '#lib/messages/en.ts';
import { kinds } from '#lib/cells/registry.ts';
import { documentGuides, guideLinked, guideOf, kindGuides } from '#lib/page/guide/guides.ts';

test('the guide has the documents, in the order for reading, and a page for every kind', async () => {
  expect(documentGuides.map(({ id }) => id)).toEqual([
    'notebook-format',
    'live-sources',
    'alerting',
    'kept-here',
    'networks',
    'beyond-one-tab'
  ]);
  const written = readdirSync('docs').filter((file) => file.endsWith('.md'));
  expect(documentGuides.map(({ id }) => `${id}.md`).sort()).toEqual(written.sort());
  for (const { id } of documentGuides) expect(en.page.guide.documents).toHaveProperty(id);
  expect(kindGuides.map(({ id }) => id)).toEqual([...kinds.keys()].sort());
  for (const { load } of [...documentGuides, ...kindGuides]) expect(await load()).toMatch(/^# \S/);
  expect(await guideOf('notebook-format').load()).toContain('`refresh`');
  expect(guideOf('').id).toBe('notebook-format');
});

const known = new Set([...documentGuides, ...kindGuides].map(({ id }) => id));

/** Links of a page to no address of the web, no place of its own and no page of the guide. */
function strays(text: string): string[] {
  const hrefs = [...text.matchAll(/\]\(([^)\s]+)[^)]*\)|^\[[^\]]+\]:\s*(\S+)/gm)].map(
    ([, inline, referred]) => (inline ?? referred)!
  );
  return hrefs.filter((href) => !/^(https?:|#)/.test(href) && !known.has(guideLinked(href) ?? ''));
}

test('links between pages stay inside the guide', async () => {
  expect(guideLinked('docs/alerting.md')).toBe('alerting');
  expect(guideLinked('../src/lib/cells/monitor/README.md#alerts')).toBe('monitor');
  expect(guideLinked('https://example.org/')).toBeUndefined();
  const links = [
    '[in](docs/alerting.md), [kind](../src/lib/cells/monitor/README.md#alerts "Alerts")',
    '[web](https://example.org/a.md), [own](#keys), [gone](docs/gone.md), [code](../src/main.ts)',
    '[a]: kept-here.md',
    '[b]: ../gone/README.md'
  ];
  expect(strays(links.join('\n'))).toEqual(['docs/gone.md', '../src/main.ts', '../gone/README.md']);
  for (const { id, load } of [...documentGuides, ...kindGuides])
    expect(strays(await load()), id).toEqual([]);
});
