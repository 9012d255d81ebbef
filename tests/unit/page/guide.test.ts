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

test('links between pages stay inside the guide', async () => {
  expect(guideLinked('docs/alerting.md')).toBe('alerting');
  expect(guideLinked('../src/lib/cells/monitor/README.md#alerts')).toBe('monitor');
  expect(guideLinked('https://example.org/')).toBeUndefined();
  const known = new Set([...documentGuides, ...kindGuides].map(({ id }) => id));
  for (const { load } of [...documentGuides, ...kindGuides]) {
    for (const [, href] of (await load()).matchAll(/\]\((?!https?:|#)([^)]+\.md[^)]*)\)/g))
      expect(known).toContain(guideLinked(href!));
  }
});
